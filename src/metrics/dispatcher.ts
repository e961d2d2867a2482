import { Counter, Gauge, type Registry } from 'prom-client'
import type { DispatcherMetrics } from '../dispatcher/metrics.ts'

export function dispatcherMetrics(registry: Registry): DispatcherMetrics {
  const registers = [registry]
  const leads = new Gauge({
    name: 'chorus_dispatcher_leading',
    help: '1 on the dispatcher that leads',
    registers,
  })
  const generation = new Gauge({
    name: 'chorus_assignment_generation',
    help: 'Of the last assignment that this dispatcher wrote',
    registers,
  })
  const moved = new Counter({
    name: 'chorus_slots_moved_total',
    help: 'Slots given to another node',
    registers,
  })
  const overtaken = new Counter({
    name: 'chorus_assignments_overtaken_total',
    help: 'Assignments not written because another leader had written',
    registers,
  })
  return {
    leading: (leading) => leads.set(leading ? 1 : 0),
    assigned(written, slotsMoved) {
      generation.set(written)
      moved.inc(slotsMoved)
    },
    overtaken: () => overtaken.inc(),
  }
}
