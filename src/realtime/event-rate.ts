const bucketMs = 250
const bucketCount = 8
const windowSeconds = (bucketCount * bucketMs) / 1_000

/** How many events a second there were over the last two seconds, to a quarter of a second. */
export class EventRate {
  readonly #counts: number[] = new Array(bucketCount).fill(0)
  #sum = 0
  /** The running number of the newest bucket. */
  #newest = Number.NEGATIVE_INFINITY

  /** @param elapsedMs of the clock that never goes back */
  add(elapsedMs: number, events = 1): void {
    this.#forget(elapsedMs)
    this.#counts[this.#newest % bucketCount] = (this.#counts[this.#newest % bucketCount] ?? 0) + events
    this.#sum += events
  }

  perSecond(elapsedMs: number): number {
    this.#forget(elapsedMs)
    return this.#sum / windowSeconds
  }

  #forget(elapsedMs: number): void {
    const newest = Math.floor(elapsedMs / bucketMs)
    for (let bucket = Math.max(this.#newest + 1, newest - bucketCount + 1); bucket <= newest; bucket++) {
      this.#sum -= this.#counts[bucket % bucketCount] ?? 0
      this.#counts[bucket % bucketCount] = 0
    }
    this.#newest = Math.max(this.#newest, newest)
  }
}
