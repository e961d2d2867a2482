import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The bounds of answers that wait for their clients. */
export interface UnreadAnswersOptions {
  /** A client that reads nothing of its answer for this long is cut off. */
  stallMs: number
  /** Of all answers together. Above it, the clients whose answers have waited longest are cut off. */
  bytesMax: number
}

export const defaultUnreadAnswersOptions: UnreadAnswersOptions = Object.freeze({
  // As for streams (`realtime/options.ts`).
  stallMs: 30_000,
  bytesMax: 67_108_864,
})

interface Answer {
  socket: Socket
  /** Memory of its own that it holds until it is taken. */
  bytes: number
  /** How much its connection had taken when it was last seen to take some, and when that was. */
  taken: number
  takenAt: number
}

/**
 * Knows every answer that is not yet in the hands of the kernel, of every route, so that a client that asks and never
 * reads holds a bounded number of bytes for a bounded time, however many connections it has.
 */
export class UnreadAnswers {
  readonly #options: UnreadAnswersOptions
  /** In the order of the requests. */
  readonly #answers = new Map<ServerResponse, Answer>()
  #bytes = 0

  constructor(options: UnreadAnswersOptions = defaultUnreadAnswersOptions) {
    this.#options = options
  }

  /** Unsent bytes of all answers together. */
  get bytes(): number {
    return this.#bytes
  }

  /** @returns how to stop watching */
  watch(server: Server): () => void {
    server.prependListener('request', (request, response) => this.#add(request, response))
    const tick = setInterval(() => this.#cutOffStalled(), this.#options.stallMs / 6).unref()
    return () => clearInterval(tick)
  }

  /** To be told of every answer that is made for one client alone, before it is written. */
  weigh(response: ServerResponse, bytes: number): void {
    const answer = this.#answers.get(response)
    if (!answer) return
    answer.bytes += bytes
    this.#bytes += bytes
    for (const [longest, { bytes }] of this.#answers) {
      if (this.#bytes <= this.#options.bytesMax) return
      if (bytes > 0) this.#cutOff(longest)
    }
  }

  #add({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#answers.set(response, { socket, bytes: 0, taken: takenBy(socket), takenAt: performance.now() })
    response.once('close', () => this.#remove(response))
  }

  #remove(response: ServerResponse): void {
    this.#bytes -= this.#answers.get(response)?.bytes ?? 0
    this.#answers.delete(response)
  }

  #cutOffStalled(): void {
    const now = performance.now()
    for (const [response, answer] of this.#answers) {
      const taken = takenBy(answer.socket)
      if (answer.socket.writableLength === 0 || taken > answer.taken) {
        answer.taken = taken
        answer.takenAt = now
      } else if (now - answer.takenAt > this.#options.stallMs) this.#cutOff(response)
    }
  }

  #cutOff(response: ServerResponse): void {
    this.#answers.get(response)?.socket.destroy()
    this.#remove(response)
  }
}

/** What the kernel has taken of all that was written to a connection. */
const takenBy = (socket: Socket): number => socket.bytesWritten - socket.writableLength
