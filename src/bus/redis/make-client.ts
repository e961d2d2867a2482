import { createClient } from '@redis/client'
import type { RedisAddress, RedisTarget } from './redis-url.ts'

interface ClientOptions {
  target: RedisTarget
  options: { connectMs: number }
}

/**
 * A client of the library for one connection: it never reconnects. Its user makes another one instead, so that no
 * state of a connection outlives it. Not yet connected; its errors must be listened to.
 */
export function makeClient({ host, port }: RedisAddress, { target, options }: ClientOptions) {
  const address = { host, port, connectTimeout: options.connectMs, reconnectStrategy: false as const }
  return createClient({
    RESP: 3,
    socket: target.tls ? { ...address, tls: true } : address,
    ...(target.username !== null && { username: target.username }),
    ...(target.password !== null && { password: target.password }),
    name: 'chorus',
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    // A timer for each command would cost more than the command; pings notice a server that answers no more.
    commandOptions: { timeout: undefined },
  })
}

export type RedisClient = ReturnType<typeof makeClient>
