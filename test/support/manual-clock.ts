import type { Clock } from '../../src/domain/time.ts'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 0
  #nextId = 0
  readonly #timers = new Map<number, { at: number; run: () => void }>()

  now(): number {
    return this.#now
  }

  elapsed(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): () => void {
    const id = this.#nextId++
    this.#timers.set(id, { at: this.#now + delayMs, run })
    return () => this.#timers.delete(id)
  }

  /** Timers that have not fired. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Time that passes while something runs: no timer fires. */
  spend(durationMs: number): void {
    this.#now += durationMs
  }

  /** Moves on, running what falls due, earliest first. */
  advance(durationMs: number): void {
    const until = this.#now + durationMs
    for (let due = this.#earliest(until); due; due = this.#earliest(until)) {
      this.#timers.delete(due[0])
      this.#now = Math.max(this.#now, due[1].at)
      due[1].run()
    }
    this.#now = Math.max(this.#now, until)
  }

  #earliest(until: number) {
    const due = [...this.#timers].filter(([, timer]) => timer.at <= until)
    return due.sort(([idA, a], [idB, b]) => a.at - b.at || idA - idB)[0]
  }
}
