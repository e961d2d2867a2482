import { Histogram } from '../../../tools/loadgen/measure/histogram.ts'
import type { Outcome } from './plan.ts'

/** How a request ended. */
export type Ending = { kind: 'accepted' } | { kind: 'told' } | { kind: 'failed'; why: string }

/** Counts what became of the requests of one kind. */
export class Tally {
  readonly #begun = new Histogram()
  readonly #accepted = new Histogram()
  readonly #told = new Histogram()
  readonly #failures: Record<string, number> = {}
  readonly #deadlineMs: number
  #offered = 0
  #unoffered = 0
  #inTime = 0
  #failed = 0

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs
  }

  get underWay(): number {
    return this.#offered - this.#accepted.count - this.#told.count - this.#failed
  }

  /** @param lateMs since the moment that it was due */
  begun(lateMs: number): void {
    this.#offered++
    this.#begun.record(lateMs)
  }

  leftOut(): void {
    this.#unoffered++
  }

  /** @param ms since the moment that the request was due, not since it was sent */
  ended(ending: Ending, ms: number): void {
    if (ending.kind === 'accepted') {
      this.#accepted.record(ms)
      if (ms <= this.#deadlineMs) this.#inTime++
    } else if (ending.kind === 'told') this.#told.record(ms)
    else {
      this.#failed++
      this.#failures[ending.why] = (this.#failures[ending.why] ?? 0) + 1
    }
  }

  outcome(): Outcome {
    return {
      offered: this.#offered,
      unoffered: this.#unoffered,
      accepted: this.#accepted.count,
      inTime: this.#inTime,
      told: this.#told.count,
      failed: this.#failed,
      failures: this.#failures,
      begunMs: this.#begun.quantiles(),
      acceptedMs: this.#accepted.quantiles(),
      toldMs: this.#told.quantiles(),
    }
  }
}
