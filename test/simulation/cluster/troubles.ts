import type { Clock } from '../../../src/domain/time.ts'

/** When something was in trouble: faults may overlap. */
export class Troubles {
  readonly #clock: Clock
  #underWay = 0
  #endedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(): void {
    this.#underWay++
  }

  end(): void {
    this.#underWay--
    this.#endedAt = this.#clock.elapsed()
  }

  /** Whether it is in trouble now, or was within the last `withinMs`. */
  recent(withinMs: number): boolean {
    return this.#underWay > 0 || this.#clock.elapsed() - this.#endedAt < withinMs
  }
}
