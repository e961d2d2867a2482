import type { Logger } from 'pino'
import type { StoreMetrics } from '../store/metrics.ts'

/** Smaller differences do no harm: viewers see times of comments in minutes. */
const harmlessMs = 2_000

/** Measures how far this machine's clock is from the database's, and logs differences that do harm. */
export function watchClockSkew(logger: Logger, metrics: StoreMetrics): (skewMs: number) => void {
  return (skewMs) => {
    metrics.clockSkew(skewMs)
    if (Math.abs(skewMs) < harmlessMs) return
    const aheadSeconds = Math.round(skewMs / 1_000)
    logger.warn(
      { about: 'clock', aheadSeconds },
      'the clock of this machine differs from the database’s, which counts: set it right',
    )
  }
}
