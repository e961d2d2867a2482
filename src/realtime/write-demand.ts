/** Long enough to tell a busy live video from a few comments at once, short enough to gather before many writes are spent. */
const memoryMs = 250

/** The part of the event loop that it would take to write every event of a node by itself, over the last moments. */
export class WriteDemand {
  /** Milliseconds of writing, fading. */
  #sum = 0
  #at = 0

  /** @param writeMs the time that one write to each viewer took; `events` shared it, and would each have taken as long */
  add(events: number, writeMs: number, elapsedMs: number): void {
    this.#sum = this.#faded(elapsedMs) + events * writeMs
    this.#at = elapsedMs
  }

  /** 1: the whole event loop; may be above 1. */
  at(elapsedMs: number): number {
    return this.#faded(elapsedMs) / memoryMs
  }

  #faded(elapsedMs: number): number {
    return this.#sum * Math.exp(-Math.max(0, elapsedMs - this.#at) / memoryMs)
  }
}
