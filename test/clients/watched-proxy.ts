import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { unchunk } from '../support/unchunk.ts'

/** One connection of a client, as it was on the wire. */
interface Connection {
  socket: Socket
  answer: Buffer[]
}

/**
 * Stands between clients and the server, and knows what has been sent to each: so a test can say that an event was seen while
 * nothing had followed it. The streams are told apart by `tag=` in their addresses, which the server ignores.
 */
export class WatchedProxy implements AsyncDisposable {
  readonly #targetPort: number
  /** The newest of each stream. */
  readonly #connections = new Map<number, Connection>()
  readonly #held = new Map<number, (() => void)[]>()
  readonly #server = createServer((socket) => void this.#accept(socket))

  constructor(targetPort: number) {
    this.#targetPort = targetPort
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The head of the newest answer to the stream; empty before it has come. */
  headOf(stream: number): string {
    return this.#answerOf(stream)[0]
  }

  /** Chunks of the newest answer to the stream that have been passed on. */
  chunksOf(stream: number): number {
    return unchunk(this.#answerOf(stream)[1]).chunks.length
  }

  /** Cuts the stream off, and lets it be opened again only after `release`. */
  cut(stream: number): void {
    this.#held.set(stream, [])
    this.#connections.get(stream)?.socket.resetAndDestroy()
    this.#connections.delete(stream)
  }

  release(stream: number): void {
    for (const goOn of this.#held.get(stream) ?? []) goOn()
    this.#held.delete(stream)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#connections.values()) socket.destroy()
    this.#server.close()
  }

  #answerOf(stream: number): [head: string, body: Buffer] {
    const all = Buffer.concat(this.#connections.get(stream)?.answer ?? [])
    const end = all.indexOf('\r\n\r\n')
    return end < 0 ? ['', Buffer.alloc(0)] : [all.toString('latin1', 0, end), all.subarray(end + 4)]
  }

  async #accept(socket: Socket): Promise<void> {
    socket.setNoDelay().on('error', () => socket.destroy())
    const [request] = (await once(socket, 'data').catch(() => [])) as [Buffer?]
    if (!request) return
    const stream = Number(/[?&]tag=(\d+)/.exec(request.toString('latin1'))?.[1])
    const held = this.#held.get(stream)
    if (held) await new Promise<void>((resolve) => held.push(resolve))
    this.#join(socket, stream, request)
  }

  #join(socket: Socket, stream: number, request: Buffer): void {
    const answer: Buffer[] = []
    this.#connections.set(stream, { socket, answer })
    const server = connect(this.#targetPort, '127.0.0.1').setNoDelay()
    server.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.on('close', () => server.destroy())
    server.on('data', (bytes) => {
      answer.push(bytes)
      socket.write(bytes)
    })
    server.write(request)
    socket.on('data', (bytes) => server.write(bytes))
  }
}
