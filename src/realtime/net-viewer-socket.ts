import type { Socket } from 'node:net'
import type { ViewerSocket } from './viewer-socket.ts'

/** A viewer's TCP socket. It is read only to learn that the viewer leaves; one that sends more than its request is cut off. */
export class NetViewerSocket implements ViewerSocket {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
    // An HTTP server's sockets stay open when the other side has ended.
    socket.allowHalfOpen = false
    socket.on('error', destroyThis)
    socket.on('data', destroyThis)
    if (socket.readableEnded) socket.destroy()
    socket.resume()
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  write(bytes: Uint8Array | string): void {
    this.#socket.write(bytes)
  }

  end(): void {
    this.#socket.destroySoon()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  onDrain(run: () => void): void {
    this.#socket.on('drain', run)
  }

  onClose(run: () => void): void {
    // A viewer who left while its token was read has closed already, and will not say so again.
    if (this.#socket.destroyed) setImmediate(run)
    else this.#socket.once('close', run)
  }
}

/** One function for all of them. */
function destroyThis(this: Socket): void {
  this.destroy()
}
