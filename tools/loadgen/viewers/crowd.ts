import { pace, until } from '../pace.ts'
import type { PostTimes } from '../posting/post-times.ts'
import { inflateWhole } from '../wire/gzip-body.ts'
import { rememberLast } from '../wire/remember.ts'
import type { Target } from '../wire/target.ts'
import { type Delivery, readDeliveries } from './delivery.ts'
import { type CrowdTally, newCrowdTally } from './tally.ts'
import { type CrowdContext, Viewer, type ViewerState } from './viewer.ts'

/** A source address has some 28,000 ports to one address of the server. */
const viewersPerAddress = 20_000
const openingTimeoutMs = 30_000

/** What became of the deliveries, judged by sequence numbers. */
export interface Verdict {
  expected: number
  lost: number
  repeated: number
  outOfOrder: number
  resets: number
}

/** Many viewers of one live video. */
export class Crowd {
  readonly tally: CrowdTally = newCrowdTally()
  readonly #viewers: Viewer[] = []
  readonly #context: CrowdContext
  /** Viewers before this one have all that was asked for; so a poll does not start over each time. */
  #served = 0

  /** @param gzip whether the viewers accept it */
  constructor(target: Target, liveVideoId: string, posts: PostTimes, gzip = false) {
    // When a post began never changes once its bytes can come.
    const scan = rememberLast((blocks): readonly Delivery[] => readDeliveries(blocks, posts))
    const inflate = rememberLast(inflateWhole)
    this.#context = { target, liveVideoId, gzip, inflate, scan, tally: this.tally }
  }

  /** Opens the viewers at a pace; resolves when each has its position in the log or won't get one. */
  async open(count: number, perSecond: number, signal: AbortSignal): Promise<void> {
    const { target } = this.#context
    const add = (index: number) => this.#viewers.push(new Viewer(this.#context, sourceAddress(target, index)))
    await pace(count, perSecond, add, signal)
    const settled = () => this.count('opening') + this.count('waiting') === 0
    await until(settled, openingTimeoutMs, signal)
  }

  count(state: ViewerState): number {
    return this.#viewers.reduce((sum, viewer) => sum + Number(viewer.state === state), 0)
  }

  get size(): number {
    return this.#viewers.length
  }

  /** How many never had a position, or gave up later. */
  failed(): number {
    const hasFailed = ({ state, judge }: Viewer) => state === 'failed' || judge.position === null
    return this.#viewers.reduce((sum, viewer) => sum + Number(hasFailed(viewer)), 0)
  }

  /** How many have, or had, a position. */
  connected(): number {
    return this.#viewers.reduce((sum, viewer) => sum + Number(viewer.judge.position !== null), 0)
  }

  /** Whether every viewer that has not given up has every event through `seq`, which never gets lower. */
  hasAllThrough(seq: number): boolean {
    const served = (viewer: Viewer) => viewer.state === 'failed' || viewer.judge.hasAllThrough(seq)
    for (; this.#served < this.#viewers.length; this.#served++) {
      const viewer = this.#viewers[this.#served]
      if (viewer && !served(viewer)) return false
    }
    return true
  }

  judge(throughSeq: number): Verdict {
    const verdict: Verdict = { expected: 0, lost: 0, repeated: 0, outOfOrder: 0, resets: 0 }
    for (const { judge } of this.#viewers) {
      verdict.expected += judge.expectedThrough(throughSeq)
      verdict.lost += judge.lostThrough(throughSeq)
      verdict.repeated += judge.repeated
      verdict.outOfOrder += judge.outOfOrder
      verdict.resets += judge.resets
    }
    return verdict
  }

  close(): void {
    for (const viewer of this.#viewers) viewer.close()
  }
}

function sourceAddress({ host }: Target, index: number): string | undefined {
  const block = Math.floor(index / viewersPerAddress)
  return host.startsWith('127.') && block > 0 ? `127.0.0.${1 + block}` : undefined
}
