import type { Clock } from '../domain/time.ts'

/** How often something happens, since it was last asked. */
export class Rate {
  readonly #clock: Pick<Clock, 'elapsed'>
  #happened = 0
  #askedAt: number

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock
    this.#askedAt = clock.elapsed()
  }

  count(times: number): void {
    this.#happened += times
  }

  perSecond(): number {
    const now = this.#clock.elapsed()
    const perSecond = (this.#happened * 1_000) / Math.max(1, now - this.#askedAt)
    this.#happened = 0
    this.#askedAt = now
    return Math.round(perSecond)
  }
}
