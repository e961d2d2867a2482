import type { Cancel, Clock } from '../domain/time.ts'

/** At most one thing that is to happen later. */
export class Pause {
  readonly #clock: Pick<Clock, 'after'>
  #cancel: Cancel | null = null
  #hurry: (() => void) | null = null

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  /** Runs it after the delay, instead of what was to run before. `hurried`: `hurry` may bring it forward. */
  wait(delayMs: number, hurried: boolean, run: () => void): void {
    this.cancel()
    const finish = () => {
      this.cancel()
      run()
    }
    this.#cancel = this.#clock.after(delayMs, finish)
    this.#hurry = hurried ? finish : null
  }

  hurry(): void {
    this.#hurry?.()
  }

  cancel(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#hurry = null
  }
}
