import type { Socket } from 'node:net'
import { joinKept } from '../domain/kept-bytes.ts'
import type { ViewerSocket } from './viewer-socket.ts'

/** A viewer's TCP socket. It is read only to learn that the viewer leaves; one that sends more than its request is cut off. */
export class NetViewerSocket implements ViewerSocket {
  readonly #socket: Socket
  #held: (Uint8Array | string)[] | null = null

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', destroyThis)
    socket.on('end', destroyThis)
    socket.on('data', destroyThis)
    if (socket.readableEnded) socket.destroy()
    socket.resume()
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  write(bytes: Uint8Array | string): void {
    if (this.#held) this.#held.push(bytes)
    else this.#socket.write(bytes)
  }

  /** What is written meanwhile leaves as one piece, when `run` returns. */
  inOnePiece(run: () => void): void {
    this.#held = []
    run()
    const held = this.#held
    this.#held = null
    this.#socket.write(joined(held))
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
    else this.#socket.on('close', run)
  }
}

const joined = (pieces: (Uint8Array | string)[]): Uint8Array | string =>
  pieces.every((piece) => typeof piece === 'string')
    ? pieces.join('')
    : joinKept(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))

/** One function for all of them. */
function destroyThis(this: Socket): void {
  this.destroy()
}
