import type { Clock } from '../../domain/time.ts'

/** Reports what goes on and on once in a while. */
export class Troubles {
  readonly #clock: Clock
  readonly #report: (error: unknown) => void
  readonly #intervalMs: number
  readonly #toldAt = new Map<string, number>()

  constructor(clock: Clock, report: (error: unknown) => void, intervalMs: number) {
    this.#clock = clock
    this.#report = report
    this.#intervalMs = intervalMs
  }

  /** @param say makes the line; called only when it is time to tell of this kind again */
  tell(kind: string, say: () => string): void {
    const now = this.#clock.elapsed()
    const toldAt = this.#toldAt.get(kind)
    if (toldAt !== undefined && now - toldAt < this.#intervalMs) return
    this.#toldAt.set(kind, now)
    this.#report(new Error(say()))
  }
}
