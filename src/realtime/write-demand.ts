/** Long enough to tell a busy live video from a few comments at once, short enough to gather before many writes are spent. */
const memoryMs = 250

/** What part of the event loop it would take to write every event of a node by itself, as of late. */
export class WriteDemand {
  /** Milliseconds of writing, fading. */
  #sum = 0
  #at = 0

  /** @param writeMs what one write to each viewer took; the more events shared it, the more it saved */
  add(events: number, writeMs: number, elapsedMs: number): void {
    this.#sum = this.#faded(elapsedMs) + events * writeMs
    this.#at = elapsedMs
  }

  /** 1: all of it. */
  at(elapsedMs: number): number {
    return this.#faded(elapsedMs) / memoryMs
  }

  #faded(elapsedMs: number): number {
    return this.#sum * Math.exp(-Math.max(0, elapsedMs - this.#at) / memoryMs)
  }
}
