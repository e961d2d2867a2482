import { Histogram } from '../../../tools/loadgen/measure/histogram.ts'
import type { Verdict } from '../../../tools/loadgen/viewers/crowd.ts'

/** What the viewers saw in one stretch of the run. */
export interface FeedTally {
  /** From the start of a POST to the comment's arrival at a viewer. */
  delivery: Histogram
  /** From a new viewer's connecting to the block that names its position: from then on every event comes. */
  join: Histogram
  reconnects: number
  /** Why viewers gave up, or were not served. */
  failures: Map<string, number>
}

export const newFeedTally = (): FeedTally => ({
  delivery: new Histogram(),
  join: new Histogram(),
  reconnects: 0,
  failures: new Map(),
})

export const newVerdict = (): Verdict => ({ expected: 0, lost: 0, repeated: 0, outOfOrder: 0, resets: 0 })
