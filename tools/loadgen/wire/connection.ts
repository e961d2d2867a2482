import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { Target } from './target.ts'

export interface ConnectionHandlers {
  onConnect(): void
  /** A view of a buffer that the next read, of any connection, overwrites. What this throws closes the connection. */
  onBytes(bytes: Buffer): void
  /** Once, at the end; with what went wrong, if anything did. */
  onClose(error: Error | null): void
}

/** One for all connections: reading into it costs no allocation, and nobody keeps what is read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536)

/** Opens a connection whose reads skip Node's streams: `onread` hands over the bytes as they come. */
export function openConnection(target: Target, handlers: ConnectionHandlers, localAddress?: string): Socket {
  let failure: Error | null = null
  const onread: OnReadOpts = {
    buffer: readBuffer,
    callback(length) {
      try {
        handlers.onBytes(readBuffer.subarray(0, length))
      } catch (error) {
        socket.destroy(error as Error)
      }
      return true
    },
  }
  const socket = connect(target, onread, localAddress)
  socket.setNoDelay(true)
  socket.once(target.secure ? 'secureConnect' : 'connect', () => handlers.onConnect())
  socket.once('error', (error) => {
    failure = error
  })
  socket.once('close', () => handlers.onClose(failure))
  return socket
}

function connect({ host, port, secure }: Target, onread: OnReadOpts, localAddress?: string): Socket {
  const address = { host, port, onread, ...(localAddress !== undefined && { localAddress }) }
  if (!secure) return connectPlain(address)
  return connectSecure({ ...address, ...(isIP(host) === 0 && { servername: host }) })
}
