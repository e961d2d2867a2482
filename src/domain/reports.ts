import type { Clock } from './time.ts'

/** Tells of trouble at once, and of the same trouble again only after a while, with how often it was meanwhile. */
export class Reports {
  readonly #report: (error: Error) => void
  readonly #clock: Pick<Clock, 'elapsed'>
  readonly #quietMs: number
  readonly #known = new Map<string, { toldAt: number; since: number }>()

  constructor(report: (error: Error) => void, clock: Pick<Clock, 'elapsed'>, quietMs: number) {
    this.#report = report
    this.#clock = clock
    this.#quietMs = quietMs
  }

  /**
   * @param kind of trouble: one of few, since each is remembered
   * @param message made only when it is told, where it is a function
   */
  tell(kind: string, message: string | (() => string), cause?: unknown): void {
    const now = this.#clock.elapsed()
    const known = this.#known.get(kind)
    if (known && now - known.toldAt < this.#quietMs) {
      known.since++
      return
    }
    const again = known && known.since > 0 ? ` (and ${known.since} times more since the last report)` : ''
    this.#known.set(kind, { toldAt: now, since: 0 })
    const text = typeof message === 'string' ? message : message()
    this.#report(new Error(text + again, { cause }))
  }
}
