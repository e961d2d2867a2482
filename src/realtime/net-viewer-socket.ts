import type { Socket } from 'node:net'
import { joinKept } from '../domain/kept-bytes.ts'
import { defaultRealtimeOptions } from './options.ts'
import type { ViewerSocket } from './viewer-socket.ts'

/**
 * A viewer's TCP socket. It is read only to learn that the viewer finishes or leaves; one that sends more than its request is
 * cut off. One that ends its side alone is served on.
 */
export class NetViewerSocket implements ViewerSocket {
  readonly #socket: Socket
  readonly #stallMs: number
  #held: Buffer[] | null = null

  /** @param stallMs after its stream has ended, a viewer that takes no byte for so long is cut off */
  constructor(socket: Socket, stallMs = defaultRealtimeOptions.stallMs) {
    this.#socket = socket
    this.#stallMs = stallMs
    socket.on('error', destroyThis)
    socket.on('data', destroyThis)
    // One that was given from another process would end with its other side.
    socket.allowHalfOpen = true
    socket.resume()
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  write(bytes: Buffer): void {
    if (this.#held) this.#held.push(bytes)
    else this.#socket.write(bytes)
  }

  /** Sends everything that `run` writes as one piece, when it returns. */
  inOnePiece(run: () => void): void {
    this.#held = []
    run()
    const held = this.#held
    this.#held = null
    this.#socket.write(joinKept(held))
  }

  end(bytes: Buffer): void {
    this.#socket.write(bytes)
    this.#socket.destroySoon()
    // A viewer that takes nothing would keep the socket for ever.
    this.#socket.setTimeout(this.#stallMs, destroyThis)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  onDrain(run: () => void): void {
    this.#socket.on('drain', run)
  }

  onFinished(run: () => void): void {
    if (this.#socket.readableEnded) setImmediate(run)
    else this.#socket.on('end', run)
  }

  onClose(run: () => void): void {
    // If the viewer left while its token was verified, `close` has been emitted already.
    if (this.#socket.destroyed) setImmediate(run)
    else this.#socket.on('close', run)
  }
}

/** One function for all of them. */
function destroyThis(this: Socket): void {
  this.destroy()
}
