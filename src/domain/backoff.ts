import type { Clock, Random } from './time.ts'

export interface BackoffRange {
  firstMs: number
  maxMs: number
}

export interface BackoffOptions extends BackoffRange {
  /** A success shorter than this, in ms, counts as a failure: a server may accept a connection and close it at once. */
  settledMs: number
  /** The first attempt after a settled success is made at once. */
  atOnce?: boolean
}

/** Doubles with each attempt (counted from 0); the upper half is random, so that a crowd doesn't come back at once. */
export function backoffMs(attempt: number, { firstMs, maxMs }: BackoffRange, random: Random): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(fullMs * (0.5 + 0.5 * random()))
}

/** The pauses of a loop that tries the same thing until it succeeds, and again when it is lost. */
export class Backoff {
  readonly #clock: Pick<Clock, 'elapsed'>
  readonly #random: Random
  readonly #options: BackoffOptions
  #attempt: number
  #succeededAt: number | null = null

  constructor(clock: Pick<Clock, 'elapsed'>, random: Random, options: BackoffOptions) {
    this.#clock = clock
    this.#random = random
    this.#options = options
    this.#attempt = firstAttempt(options)
  }

  /** The attempt succeeded. Further calls change nothing until it fails. */
  succeeded(): void {
    this.#succeededAt ??= this.#clock.elapsed()
  }

  /** The attempt failed, or what it had achieved was lost. @returns the wait before the next attempt, in ms */
  failed(): number {
    if (this.#isSettled) this.#attempt = firstAttempt(this.#options)
    this.#succeededAt = null
    const attempt = this.#attempt++
    return attempt < 0 ? 0 : backoffMs(attempt, this.#options, this.#random)
  }

  get #isSettled(): boolean {
    const { settledMs } = this.#options
    return this.#succeededAt !== null && this.#clock.elapsed() - this.#succeededAt >= settledMs
  }
}

const firstAttempt = ({ atOnce }: BackoffOptions): number => (atOnce ? -1 : 0)
