import { loadgenFigures, perOne, type Snapshot, serverFigures, takeSnapshot } from '../measure/snapshot.ts'
import type { BenchPlan } from '../options.ts'
import { pace, until } from '../pace.ts'
import { obtainTokens } from '../posting/author-tokens.ts'
import { Commenting } from '../posting/commenting.ts'
import { PostTimes } from '../posting/post-times.ts'
import { Poster } from '../posting/poster.ts'
import type { DeliveryFigures } from '../report.ts'
import { Crowd, type Verdict } from '../viewers/crowd.ts'
import { commentFigures, type Findings, type RunContext, replyTimeoutMs, viewerFigures } from './run.ts'

const connectionsMax = 256
const inFlightMax = 1_000

/** What was used before the viewers came, when all were there, and when they had everything. */
interface Course {
  empty: Snapshot
  opened: Snapshot
  settled: Snapshot
  bytesWhenOpened: number
  lastReplyAt: number
}

/** Opens the viewers, posts at the rate, waits until every viewer has everything, and judges what came. */
export async function runDeliver(context: RunContext): Promise<Findings> {
  const { plan, target, run } = context
  const { liveVideoId, textBytes } = plan
  const tokens = await obtainTokens(plan, run, plan.authors)
  const times = new PostTimes(run)
  const crowd = new Crowd(target, liveVideoId, times, plan.gzip)
  const poster = new Poster(target, { connectionsMax, timeoutMs: replyTimeoutMs })
  const commenting = new Commenting(poster, times, { liveVideoId, run, tokens, textBytes, inFlightMax })
  try {
    return report(await load(crowd, commenting, context), crowd, commenting)
  } finally {
    crowd.close()
    poster.close()
  }
}

async function load(
  crowd: Crowd,
  commenting: Commenting,
  { plan, watch, signal }: RunContext,
): Promise<Course> {
  watch(() => `${crowd.connected()} of ${plan.viewers} viewers connected`)
  const empty = await takeSnapshot(plan.serverPid)
  await crowd.open(plan.viewers, plan.joinPerSecond, signal)
  const opened = await takeSnapshot(plan.serverPid)
  const bytesWhenOpened = crowd.tally.bytes
  watch(() => describe(crowd, commenting))
  await postAll(commenting, plan, signal)
  const lastReplyAt = performance.now()
  await until(() => crowd.hasAllThrough(commenting.tally.lastSeq), plan.settleSeconds * 1_000)
  const settled = await takeSnapshot(plan.serverPid)
  return { empty, opened, settled, bytesWhenOpened, lastReplyAt }
}

async function postAll(commenting: Commenting, plan: BenchPlan, signal: AbortSignal): Promise<void> {
  const count = Math.max(1, Math.round(plan.commentsPerSecond * plan.durationSeconds))
  await pace(count, plan.commentsPerSecond, () => void commenting.postNext(), signal)
  await until(() => commenting.inFlight === 0, 2 * replyTimeoutMs)
}

function report(course: Course, crowd: Crowd, commenting: Commenting): Findings {
  const { empty, opened, settled, bytesWhenOpened, lastReplyAt } = course
  const verdict = crowd.judge(commenting.tally.lastSeq)
  const elapsedSeconds = (Math.max(crowd.tally.lastEventAt, lastReplyAt) - opened.at) / 1_000
  const deliveries = deliveryFigures(verdict, crowd, elapsedSeconds, crowd.tally.bytes - bytesWhenOpened)
  const viewers = viewerFigures(crowd, verdict.resets)
  return {
    elapsedSeconds,
    viewers,
    comments: commentFigures(commenting.tally, elapsedSeconds),
    deliveries,
    deliveryLatencyMs: crowd.tally.latency.quantiles(),
    replyLatencyMs: commenting.tally.reply.quantiles(),
    server: serverFigures(
      { from: empty, to: opened, viewers: viewers.connected },
      { from: opened, to: settled, deliveries: deliveries.received },
    ),
    loadgen: loadgenFigures(opened, settled),
  }
}

function deliveryFigures(
  verdict: Verdict,
  { tally }: Crowd,
  seconds: number,
  bytes: number,
): DeliveryFigures {
  const { expected, lost, repeated, outOfOrder } = verdict
  return {
    expected,
    received: expected - lost,
    lost,
    repeated,
    outOfOrder,
    perSecond: tally.events / seconds,
    bytesPerDelivery: perOne(bytes, tally.events),
    eventsPerRead: perOne(tally.events, tally.eventReads),
  }
}

function describe({ tally }: Crowd, { tally: { accepted, posted } }: Commenting): string {
  const p99 = tally.latency.quantiles()?.p99.toFixed(1) ?? '–'
  return `${accepted} of ${posted} comments accepted, ${tally.events} deliveries, p99 ${p99} ms`
}
