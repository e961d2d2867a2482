import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { RealtimeMetrics } from '../realtime/metrics.ts'
import { secondsBuckets } from './buckets.ts'

export function realtimeMetrics(registry: Registry): RealtimeMetrics {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const counterBy = <Label extends string>(label: Label, name: string, help: string) =>
    new Counter({ name, help, labelNames: [label], registers })
  const viewers = new Gauge({ name: 'chorus_viewers', help: 'Open streams', registers })
  const frames = counter('chorus_frames_written_total', 'Writes of a frame to a viewer')
  const deliveries = counter('chorus_deliveries_total', 'Events written to viewers live, each viewer counted')
  const bytes = counter('chorus_delivered_bytes_total', 'Bytes of those frames, as they were sent')
  const demand = new Gauge({
    name: 'chorus_write_demand_ratio',
    help: 'Part of the event loop that writing every event by itself would take; from 0.4 on events gather',
    registers,
  })
  const frameEvents = new Histogram({
    name: 'chorus_frame_events',
    help: 'Events that shared a frame, and so each of its writes',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  })
  const gather = new Histogram({
    name: 'chorus_gather_seconds',
    help: 'How long the next frame was to gather events, from the start of the one before, as decided at each frame',
    buckets: [0, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1],
    registers,
  })
  const slow = counter('chorus_slow_viewers_total', 'Times that a viewer’s outbox overflowed')
  const repaired = counter(
    'chorus_repaired_events_total',
    'Events that the bus did not bring and the store did',
  )
  const unknown = counter(
    'chorus_unknown_events_total',
    'Events that the bus brought and the store does not have: another database, or one that was restored',
  )
  const restarted = counter(
    'chorus_restarted_logs_total',
    'Logs of live videos that are others than before: the store was restored, or failed over',
  )
  const resumes = counterBy(
    'result',
    'chorus_resumes_total',
    'Viewers who came with a position, by where they were served from',
  )
  const gaps = counterBy(
    'reason',
    'chorus_gaps_total',
    'Times that a viewer was told that events were left out',
  )
  const reads = counterBy(
    'from',
    'chorus_reads_total',
    'Reads of events for viewers or repairs, from the ring or the store',
  )
  const latency = new Histogram({
    name: 'chorus_delivery_seconds',
    help: 'From the acceptance of an event, its commit included, to the last socket of its live video',
    buckets: secondsBuckets,
    registers,
  })
  return {
    viewersChanged: (by) => viewers.inc(by),
    resumed: (result) => resumes.inc({ result }),
    delivered(writes, events, written) {
      frames.inc(writes)
      deliveries.inc(events)
      bytes.inc(written)
    },
    gathered(events, gatherMs, demanded) {
      frameEvents.observe(events)
      gather.observe(gatherMs / 1_000)
      demand.set(demanded)
    },
    deliveryLatency: (milliseconds) => latency.observe(Math.max(0, milliseconds) / 1_000),
    slowViewer: () => slow.inc(),
    gap: (reason) => gaps.inc({ reason }),
    ringRead: () => reads.inc({ from: 'ring' }),
    storeRead: () => reads.inc({ from: 'store' }),
    repaired: (events) => repaired.inc(events),
    logRestarted: () => restarted.inc(),
    unknownEvents: (events) => unknown.inc(events),
  }
}
