import { ErrorReply } from '@redis/client'
import type { RedisClient } from './make-client.ts'
import { type RedisAddress, RedisConfigError } from './redis-url.ts'
import type { RedisWorld } from './world.ts'

/** Asks one server one thing over a connection of its own. Rejects when there is no answer in time. */
export async function askOnce<Answer>(
  address: RedisAddress,
  world: RedisWorld,
  question: (client: RedisClient) => Promise<Answer>,
): Promise<Answer> {
  const client = world.makeClient(address, world)
  const late = Promise.withResolvers<never>()
  const tooLate = () => late.reject(new Error(`no answer for ${world.options.connectMs} ms`))
  const cancel = world.clock.after(world.options.connectMs, tooLate)
  // Each of its errors also rejects what is under way.
  client.on('error', () => {})
  try {
    return await Promise.race([client.connect().then(() => question(client)), late.promise])
  } finally {
    cancel()
    client.destroy()
  }
}

export const nameOf = ({ host, port }: RedisAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

export const isRefusal = (error: unknown): error is ErrorReply => error instanceof ErrorReply

/** Whether a slot of a cluster is served by another server, or by none. */
export const isMisplaced = (error: unknown): boolean =>
  isRefusal(error) && /^(MOVED|CLUSTERDOWN)/.test(error.message)

export const messageOf = (error: unknown): string =>
  (error instanceof Error && (error.message || (error as NodeJS.ErrnoException).code)) || String(error)

const hopeless: [RegExp, string][] = [
  [/^WRONGPASS/, 'does not take this user and password'],
  [/^NOAUTH/, 'wants a password: redis://:password@host or redis://user:password@host'],
  [/cluster support disabled/, 'is no cluster: leave out cluster=true'],
  [/^NOPROTO|unknown command ['`]?hello/i, 'is older than Redis 6'],
]

/** What no waiting mends, in one line; null for what may pass. */
export function hopelessIn(error: unknown, address: RedisAddress): RedisConfigError | null {
  const server = `Redis at ${nameOf(address)}`
  const message = messageOf(error)
  if (isRefusal(error)) {
    const [, what] = hopeless.find(([pattern]) => pattern.test(message)) ?? []
    if (what !== undefined) return new RedisConfigError(`${server} ${what}`)
    if (message.startsWith('NOPERM')) return new RedisConfigError(`${server} refuses: ${message}`)
  }
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '')
  return /^ERR_(TLS|SSL)|CERT|^UNABLE_TO/.test(code)
    ? new RedisConfigError(`${server}, TLS: ${message}`)
    : null
}
