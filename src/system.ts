import type { Clock } from './domain/time.ts'

/** The machine's own clock. */
export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after(delayMs, run) {
    if (delayMs <= 0) {
      const immediate = setImmediate(run)
      return () => clearImmediate(immediate)
    }
    // A timer alone is no reason for the process to stay.
    const timer = setTimeout(run, delayMs).unref()
    return () => clearTimeout(timer)
  },
}
