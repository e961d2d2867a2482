/** Cancels a timer; harmless once it has fired. */
export type Cancel = () => void

/**
 * Time as the services see it. Injected, so that a simulated world can run hours in a moment and from a seed.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds since an arbitrary start, never going back: for measuring how long something took. */
  elapsed(): number
  /** Calls `run` once, `delayMs` from now at the earliest; 0 means after the I/O that is waiting already. */
  after(delayMs: number, run: () => void): Cancel
}

/** Calls `run` every `intervalMs`, asked anew each time so that it can have jitter. */
export function every(clock: Clock, intervalMs: () => number, run: () => void): Cancel {
  let cancel: Cancel = () => {}
  const next = () => {
    cancel = clock.after(intervalMs(), () => {
      next()
      run()
    })
  }
  next()
  return () => cancel()
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number

/** A duration spread over ±20 %, so that what began together does not come back together. */
export const jittered = (durationMs: number, random: Random): number =>
  Math.round(durationMs * (0.8 + 0.4 * random()))
