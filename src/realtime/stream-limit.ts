import type { ViewerSocket } from './viewer-socket.ts'

/** Counts the open streams of each client against a limit; null is no limit. A client is a `Client.key`. */
export class StreamLimit {
  readonly #perClientMax: number | null
  readonly #open = new Map<string, number>()

  constructor(perClientMax: number | null) {
    this.#perClientMax = perClientMax
  }

  /** Whether the client may open one more stream. */
  hasRoom(client: string): boolean {
    return this.#perClientMax === null || this.#openOf(client) < this.#perClientMax
  }

  /** Counts a stream of the client until it closes. */
  add(client: string, stream: Pick<ViewerSocket, 'onClose'>): void {
    // Without a limit a hundred thousand viewers need no listener each.
    if (this.#perClientMax === null) return
    this.#open.set(client, this.#openOf(client) + 1)
    stream.onClose(() => this.#remove(client))
  }

  #openOf(client: string): number {
    return this.#open.get(client) ?? 0
  }

  #remove(client: string): void {
    const left = this.#openOf(client) - 1
    if (left === 0) this.#open.delete(client)
    else this.#open.set(client, left)
  }
}
