import type { Socket } from 'node:net'
import { type Client, createClient } from 'node-zookeeper-client'

/** By what a session is taken up again on another connection. */
export interface SessionKey {
  id: Buffer
  password: Buffer
  /** The newest transaction that was seen; a server that lags behind it is none to go on with. Null: any will do. */
  zxid: Buffer | null
}

/** A client of the library that is good for one connection. */
export interface OneConnectionClient {
  client: Client
  key(): SessionKey
  /** Lets go of the connection at once; nothing is heard of it any more. */
  destroy(): void
}

/**
 * The library would reconnect by itself, and badly: it keeps half a packet of the old connection and reads the new one
 * after it, queues calls without bound and without an end, gives up for good when the session has expired, and throws at
 * error codes that it does not know. So its hands are taken off its socket.
 *
 * @param ended told why the connection is over
 */
export function oneConnectionClient(
  server: string,
  sessionTimeoutMs: number,
  key: SessionKey | null,
  ended: (reason: string) => void,
): OneConnectionClient {
  const session = key && { sessionId: key.id, sessionPassword: key.password }
  const client = createClient(server, { sessionTimeout: sessionTimeoutMs, ...session })
  const { connectionManager: manager } = client as unknown as { connectionManager: ConnectionManager }
  const read = manager.onSocketData
  let isDestroyed = false
  if (key?.zxid) manager.zxid = key.zxid
  manager.onSocketData = (bytes) => {
    try {
      if (!isDestroyed) read.call(manager, bytes)
    } catch (error) {
      ended(`ZooKeeper said what cannot be read: ${error}`)
    }
  }
  manager.onSocketError = (error) => ended(error.message || error.name)
  manager.onSocketClosed = () => ended('ZooKeeper closed the connection')
  return {
    client,
    key: () => ({ id: client.getSessionId(), password: client.getSessionPassword(), zxid: manager.zxid }),
    destroy() {
      isDestroyed = true
      clearTimeout(manager.connectTimeoutHandler)
      manager.socket?.destroy()
    },
  }
}

/** What the library keeps to itself. */
interface ConnectionManager {
  zxid: Buffer
  socket?: Socket
  connectTimeoutHandler?: NodeJS.Timeout
  onSocketData(bytes: Buffer): void
  onSocketError(error: Error): void
  onSocketClosed(): void
}
