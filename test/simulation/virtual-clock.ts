import type { Cancel, Clock } from '../../src/domain/time.ts'
import { Appointments } from './appointments.ts'

/** When every simulated world begins, in milliseconds since 1970. */
const beginning = 1_750_000_000_000

/** Far more than any world needs: one that needs more goes in circles. */
const stepsMax = 100_000

/** Less would be lost in rounding, and whoever waits out what is left of a time would never see it pass. */
const finestMs = 0.001

/** Time that passes only when it is told to, from one appointment to the next. */
export class VirtualClock implements Clock {
  readonly #appointments = new Appointments()
  readonly #onError: (error: unknown) => void
  #elapsed = 0
  #made = 0
  /** Appointments that were kept. */
  steps = 0

  /** @param onError gets what an appointment throws: in a real process, an uncaught exception */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  now(): number {
    return beginning + Math.floor(this.#elapsed)
  }

  elapsed(): number {
    return this.#elapsed
  }

  after(delayMs: number, run: () => void): Cancel {
    const waitMs = delayMs > 0 ? Math.max(finestMs, delayMs) : 0
    const appointment = { at: this.#elapsed + waitMs, order: this.#made++, run }
    this.#appointments.push(appointment)
    return () => {
      ;(appointment as { run: (() => void) | null }).run = null
    }
  }

  /** Work that takes time: what was to happen meanwhile happens late. */
  spend(durationMs: number): void {
    this.#elapsed += durationMs
  }

  /** Lets so much time pass. */
  async runFor(durationMs: number): Promise<void> {
    const until = this.#elapsed + durationMs
    for (let next = this.#appointments.peek(); next && next.at <= until; next = this.#appointments.peek()) {
      this.#appointments.pop()
      if (next.run) await this.#keep(next.at, next.run)
      if (this.steps > stepsMax) throw new Error('this world never comes to rest')
    }
    this.#elapsed = Math.max(this.#elapsed, until)
  }

  async #keep(at: number, run: () => void): Promise<void> {
    this.#elapsed = Math.max(this.#elapsed, at)
    this.steps++
    try {
      run()
    } catch (error) {
      this.#onError(error)
    }
    await settled()
  }
}

/** Node runs all promise callbacks between two tasks, however many follow from each other; so does this. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
