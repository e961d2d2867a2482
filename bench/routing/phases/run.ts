import { hold } from '../../../tools/loadgen/pace.ts'
import type { Authors } from '../feed/authors.ts'
import type { Feed } from '../feed/feed.ts'
import { newFeedTally } from '../feed/tally.ts'
import { watchCoLocation } from '../measure/co-location.ts'
import { startUsage } from '../measure/usage.ts'
import type { Stretch } from '../report/results.ts'
import type { Stand } from '../stand/stand.ts'

/** For what is on its way when nobody posts any more. */
const quietMs = 300

/** What a phase works with. */
export interface Run {
  stand: Stand
  feed: Feed
  authors: Authors
  signal: AbortSignal
}

/** Measures what happens while `act` runs, from a quiet moment to a quiet moment; viewers come and go all the time. */
export async function measure(run: Run, act: () => Promise<void>): Promise<Stretch> {
  const { stand, feed, authors, signal } = run
  await hold(quietMs, signal)
  const ended = await startUsage(stand)
  const [reached, accepted] = [feed.reached.count, authors.accepted]
  feed.tally = newFeedTally()
  const nodesPerLiveVideo = await watchCoLocation(feed, act)
  await hold(quietMs, signal)
  const { tally } = feed
  return {
    ...(await ended()),
    events: authors.accepted - accepted,
    reached: feed.reached.count - reached,
    nodesPerLiveVideo,
    deliveryMs: tally.delivery.quantiles(),
    joinMs: tally.join.quantiles(),
    deliveries: tally.delivery.count,
    joins: tally.join.count,
    reconnects: tally.reconnects,
    failures: Object.fromEntries(tally.failures),
  }
}
