/** Counts the open streams of each client address against a limit; null is no limit. */
export class StreamLimit {
  readonly #perAddressMax: number | null
  readonly #open = new Map<string, number>()

  constructor(perAddressMax: number | null) {
    this.#perAddressMax = perAddressMax
  }

  /** Whether anybody may open as many as they like: then nothing need be counted. */
  get isOff(): boolean {
    return this.#perAddressMax === null
  }

  /** Takes a place; returns how to give it back, or null when the address has no place left. */
  take(address: string): (() => void) | null {
    if (this.#perAddressMax === null) return () => {}
    const open = this.#open.get(address) ?? 0
    if (open >= this.#perAddressMax) return null
    this.#open.set(address, open + 1)
    return () => this.#giveBack(address)
  }

  #giveBack(address: string): void {
    const left = (this.#open.get(address) ?? 1) - 1
    if (left === 0) this.#open.delete(address)
    else this.#open.set(address, left)
  }
}
