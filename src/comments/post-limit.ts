import { ChorusError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'

/** How many writes one author may make in how long a time. */
export interface PostLimit {
  comments: number
  windowMs: number
}

/** What an author may still write. */
export interface Allowance {
  /**
   * Takes one write off it.
   * @returns puts that one back: it turned out to be a comment that was stored before
   * @throws ChorusError `rate_limited`, with the time to wait
   */
  spend(authorId: string): () => void
}

const nothing = () => {}

/** Null is no limit. */
export function postAllowance(limit: PostLimit | null, clock: Pick<Clock, 'elapsed'>): Allowance {
  return limit ? new SlidingWindow(limit, clock) : { spend: () => nothing }
}

/**
 * Remembers when each author has written, as often as the limit allows: no stretch of time as long as the window, wherever it
 * begins, holds more. (A window that begins anew every so often lets twice as much through around its edge.)
 */
class SlidingWindow implements Allowance {
  readonly #limit: PostLimit
  readonly #clock: Pick<Clock, 'elapsed'>
  /** The authors that have written within the window, the latest one last; times in order. */
  readonly #written = new Map<string, number[]>()

  constructor(limit: PostLimit, clock: Pick<Clock, 'elapsed'>) {
    this.#limit = limit
    this.#clock = clock
  }

  spend(authorId: string): () => void {
    const now = this.#clock.elapsed()
    this.#forget(now)
    const times = this.#recentOf(authorId, now)
    const [oldest = now] = times
    if (times.length >= this.#limit.comments)
      throw new ChorusError('rate_limited', null, Math.max(1, Math.ceil(oldest + this.#limit.windowMs - now)))
    times.push(now)
    this.#written.delete(authorId)
    this.#written.set(authorId, times)
    return () => this.#giveBack(times, now)
  }

  #recentOf(authorId: string, now: number): number[] {
    const times = this.#written.get(authorId) ?? []
    const first = times.findIndex((time) => this.#isRecent(time, now))
    times.splice(0, first === -1 ? times.length : first)
    return times
  }

  /** It may have left the window meanwhile: then there is nothing to put back. */
  #giveBack(times: number[], time: number): void {
    const index = times.lastIndexOf(time)
    if (index !== -1) times.splice(index, 1)
  }

  #forget(now: number): void {
    for (const [authorId, times] of this.#written) {
      if (this.#isRecent(times.at(-1) ?? Number.NEGATIVE_INFINITY, now)) return
      this.#written.delete(authorId)
    }
  }

  #isRecent(time: number, now: number): boolean {
    return time > now - this.#limit.windowMs
  }
}
