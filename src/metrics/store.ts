import { Gauge, type Registry } from 'prom-client'
import type { StoreMetrics } from '../store/metrics.ts'

export function storeMetrics(registry: Registry): StoreMetrics {
  const skew = new Gauge({
    name: 'chorus_store_clock_skew_seconds',
    help: 'How far the clock of this process is ahead of the database (negative: behind), at least',
    registers: [registry],
  })
  return { clockSkew: (skewMs) => skew.set(skewMs / 1_000) }
}
