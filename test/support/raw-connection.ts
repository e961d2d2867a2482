import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Addressed } from './chorus-server.ts'

/** A TCP connection on which a test says what no HTTP client would. */
export class RawConnection implements Disposable {
  received = ''
  closed = false
  readonly #socket: Socket

  constructor({ url }: Addressed, bytes: string | Buffer = '') {
    const { hostname, port } = new URL(url)
    this.#socket = connect({ host: hostname, port: Number(port) })
    this.#socket.setNoDelay().on('error', () => {})
    this.#socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1')
    })
    this.#socket.on('close', () => {
      this.closed = true
    })
    if (bytes.length > 0) this.#socket.write(bytes)
  }

  async connected(): Promise<this> {
    if (this.#socket.connecting) await once(this.#socket, 'connect')
    return this
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes)
  }

  /** Takes nothing any more, as a viewer behind a dead network does. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Will send nothing more, and reads on. */
  finish(): void {
    this.#socket.end()
  }

  /** Gone without a goodbye. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}

/** The head of a request as it stands on the wire. */
export const rawRequest = (line: string, headers: string[] = []): string =>
  `${[`${line} HTTP/1.1`, 'Host: test', ...headers].join('\r\n')}\r\n\r\n`
