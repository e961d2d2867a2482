import { Counter, type Registry } from 'prom-client'
import type { TurnsMetrics } from '../http/turns.ts'

export function turnsMetrics(registry: Registry): TurnsMetrics {
  const refused = new Counter({
    name: 'chorus_overload_refused_total',
    help: 'Requests and new streams that waited too long for their turn and were told to come back',
    labelNames: ['kind'] as const,
    registers: [registry],
  })
  for (const kind of ['streams', 'requests'] as const) refused.inc({ kind }, 0)
  return { refused: (kind) => refused.inc({ kind }) }
}
