/** Counts the open streams of each client against a limit; null is no limit. */
export class StreamLimit {
  readonly #perClientMax: number | null
  readonly #open = new Map<string, number>()

  constructor(perClientMax: number | null) {
    this.#perClientMax = perClientMax
  }

  /** Whether anybody may open as many as they like: then nothing need be counted. */
  get isOff(): boolean {
    return this.#perClientMax === null
  }

  /** Takes a place; returns how to give it back, or null when the client has no place left. @param client as `Client.key` */
  take(client: string): (() => void) | null {
    if (this.#perClientMax === null) return () => {}
    const open = this.#open.get(client) ?? 0
    if (open >= this.#perClientMax) return null
    this.#open.set(client, open + 1)
    return () => this.#giveBack(client)
  }

  #giveBack(client: string): void {
    const left = (this.#open.get(client) ?? 1) - 1
    if (left === 0) this.#open.delete(client)
    else this.#open.set(client, left)
  }
}
