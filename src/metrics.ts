import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CommentsMetrics } from './comments/metrics.ts'
import type { RealtimeMetrics } from './realtime/metrics.ts'

export interface Metrics {
  comments: CommentsMetrics
  realtime: RealtimeMetrics
  /** Prometheus text. */
  text(): Promise<string>
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const batchBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** All that one process counts, in a registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    comments: commentsMetrics(registry),
    realtime: realtimeMetrics(registry),
    text: () => registry.metrics(),
  }
}

function commentsMetrics(registry: Registry): CommentsMetrics {
  const registers = [registry]
  const comments = new Counter({
    name: 'chorus_comments_total',
    help: 'Comments posted, by what became of them: created, repeated, or a problem code',
    labelNames: ['result'],
    registers,
  })
  const commit = new Histogram({
    name: 'chorus_commit_seconds',
    help: 'Time of one transaction of the store',
    buckets: secondsBuckets,
    registers,
  })
  const batch = new Histogram({
    name: 'chorus_commit_commands',
    help: 'Commands that shared one transaction',
    buckets: batchBuckets,
    registers,
  })
  return {
    committed(commands, milliseconds) {
      commit.observe(milliseconds / 1_000)
      batch.observe(commands)
    },
    commented: (result) => comments.inc({ result }),
  }
}

function realtimeMetrics(registry: Registry): RealtimeMetrics {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  const counterBy = <Label extends string>(label: Label, name: string, help: string) =>
    new Counter({ name, help, labelNames: [label], registers })
  const viewers = new Gauge({ name: 'chorus_viewers', help: 'Open streams', registers })
  const frames = counter('chorus_frames_written_total', 'Writes of a frame to a viewer')
  const deliveries = counter('chorus_deliveries_total', 'Events written to viewers live, each viewer counted')
  const slow = counter('chorus_slow_viewers_total', 'Times that a viewer’s outbox overflowed')
  const repaired = counter(
    'chorus_repaired_events_total',
    'Events that the bus did not bring and the store did',
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
    delivered(framesWritten, events) {
      frames.inc(framesWritten)
      deliveries.inc(events)
    },
    deliveryLatency: (milliseconds) => latency.observe(Math.max(0, milliseconds) / 1_000),
    slowViewer: () => slow.inc(),
    gap: (reason) => gaps.inc({ reason }),
    ringRead: () => reads.inc({ from: 'ring' }),
    storeRead: () => reads.inc({ from: 'store' }),
    repaired: (events) => repaired.inc(events),
  }
}
