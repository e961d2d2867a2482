/** How long a success counts. */
const recentMs = 2_000

/** Knows whether writes work: from recent writes, or from an attempt when there were none. */
export class RecentSuccess {
  readonly #elapsed: () => number
  #succeededAt = Number.NEGATIVE_INFINITY
  #trying: Promise<void> | null = null

  constructor(elapsed = () => performance.now()) {
    this.#elapsed = elapsed
  }

  /** Takes note of how one went. */
  async note<T>(attempt: Promise<T>): Promise<T> {
    try {
      const done = await attempt
      this.#succeededAt = this.#elapsed()
      return done
    } catch (error) {
      this.#succeededAt = Number.NEGATIVE_INFINITY
      throw error
    }
  }

  /** Resolves when a write has just worked, or works now; concurrent callers share one attempt. @throws as `attempt` does */
  async orTry(attempt: () => Promise<void>): Promise<void> {
    if (this.#elapsed() - this.#succeededAt < recentMs) return
    this.#trying ??= this.note(attempt()).finally(() => {
      this.#trying = null
    })
    await this.#trying
  }
}
