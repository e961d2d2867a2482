import type { LiveVideoEvent } from '../../../domain/event.ts'
import type { LiveVideoId } from '../../../domain/live-video.ts'
import { systemClock } from '../../../system.ts'
import type { Bus } from '../../bus.ts'
import type { BusMetrics } from '../../metrics.ts'
import { openRedisBus } from '../redis-bus.ts'
import type { RedisBusOptions } from '../world.ts'

/** Comes back sooner than a server in use would be asked to. */
const quick: Partial<RedisBusOptions> = {
  reconnect: { firstMs: 20, maxMs: 200, settledMs: 200 },
  retryMs: 100,
}

/** A bus of one node, with all that it told and counted. */
export interface TestBus extends AsyncDisposable {
  bus: Bus
  received: LiveVideoEvent[]
  /** Each once, however often it came. */
  reports: string[]
  counts: Counts
  /** Times that it said that events may be lost. */
  interruptions: number
}

interface Counts {
  published: number
  dropped: number
  received: number
  wanted: number
  /** Channels in each call. */
  subscribeCalls: number[]
  unsubscribeCalls: number[]
}

/** `await using node = await openForTest(url)`: closed when the test is over. */
export async function openForTest(url: string, options: Partial<RedisBusOptions> = {}): Promise<TestBus> {
  const counts: Counts = {
    published: 0,
    dropped: 0,
    received: 0,
    wanted: 0,
    subscribeCalls: [],
    unsubscribeCalls: [],
  }
  const reports: string[] = []
  const bus = await openRedisBus({
    url,
    clock: systemClock,
    random: Math.random,
    report: ({ message }) => reports.includes(message) || reports.push(message),
    metrics: countInto(counts),
    options: { ...quick, ...options },
  })
  const test: TestBus = {
    bus,
    counts,
    reports,
    received: [],
    interruptions: 0,
    [Symbol.asyncDispose]: () => bus.close(),
  }
  bus.onEvents((events) => test.received.push(...events))
  bus.onInterrupted(() => test.interruptions++)
  return test
}

const countInto = (counts: Counts): BusMetrics => ({
  published(events) {
    counts.published += events
  },
  dropped(events) {
    counts.dropped += events
  },
  received(events, wanted) {
    counts.received += events
    counts.wanted += wanted
  },
  subscribed: (channels) => counts.subscribeCalls.push(channels),
  unsubscribed: (channels) => counts.unsubscribeCalls.push(channels),
})

/** An event of a live video; `text` fills it up. */
export const eventOf = (liveVideoId: LiveVideoId, seq: number, text = 'hello'): LiveVideoEvent => {
  const author = { id: 'ann', name: 'Ann' }
  const comment = { id: `comment-${seq}`, seq, liveVideoId, author, text, createdAt: 1_000 }
  return { liveVideoId, epoch: 'e0e0', seq, at: 1_000, type: 'comment.created', comment }
}
