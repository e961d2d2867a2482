import type { Clock } from '../../domain/time.ts'

/** Passes a report on, then none for `quietMs`: this kind of trouble comes in thousands. */
export function rarely(
  report: (error: Error) => void,
  clock: Clock,
  quietMs: number,
): (message: () => string) => void {
  let quietUntil = Number.NEGATIVE_INFINITY
  return (message) => {
    const now = clock.elapsed()
    if (now < quietUntil) return
    quietUntil = now + quietMs
    report(new Error(message()))
  }
}
