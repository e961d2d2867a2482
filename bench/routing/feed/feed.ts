import { hold, pace, until } from '../../../tools/loadgen/pace.ts'
import type { PostTimes } from '../../../tools/loadgen/posting/post-times.ts'
import type { Verdict } from '../../../tools/loadgen/viewers/crowd.ts'
import { type Delivery, readDeliveries } from '../../../tools/loadgen/viewers/delivery.ts'
import { rememberLast } from '../../../tools/loadgen/wire/remember.ts'
import type { Route } from '../routes.ts'
import { zipf } from '../zipf.ts'
import { drawRestMs, drawStayMs, meanStayMs } from './attention.ts'
import type { Audience } from './audience.ts'
import { FeedViewer } from './feed-viewer.ts'
import { Reached } from './reached.ts'
import { type FeedTally, newFeedTally, newVerdict } from './tally.ts'

const openPerSecond = 500
const settleMsMax = 20_000

export interface FeedParts {
  route: Route
  times: PostTimes
  liveVideoIds: readonly string[]
  /** How many look at the same time, on average. */
  viewers: number
}

/** Viewers who scroll through the live videos: some come and some leave all the time. */
export class Feed implements Audience {
  readonly route: Route
  readonly reached = new Reached()
  /** Begun anew for each stretch that is measured. */
  tally: FeedTally = newFeedTally()
  /** Of all who have left. */
  readonly verdict: Verdict = newVerdict()
  readonly #parts: FeedParts
  readonly #drawRank: () => number
  readonly #present = new Set<FeedViewer>()
  readonly #accepted = new Map<string, number>()
  readonly #scans = new Map<string, (blocks: Buffer) => readonly Delivery[]>()
  readonly #over = new AbortController()
  #arriving: Promise<void> = Promise.resolve()

  constructor(parts: FeedParts) {
    this.route = parts.route
    this.#parts = parts
    this.#drawRank = zipf(parts.liveVideoIds.length)
  }

  /** Resolves when as many are there as should be; from then on they come and go. */
  async open(signal: AbortSignal): Promise<void> {
    const { viewers } = this.#parts
    await pace(viewers, openPerSecond, () => this.#arrive(drawRestMs()), signal)
    const ended = AbortSignal.any([signal, this.#over.signal])
    const comes = () => this.#arrive(drawStayMs())
    this.#arriving = pace(Number.POSITIVE_INFINITY, this.arrivalsPerSecond, comes, ended)
  }

  get arrivalsPerSecond(): number {
    return (this.#parts.viewers * 1_000) / meanStayMs
  }

  /** A live video as viewers choose it. */
  drawLiveVideo(): string {
    return this.#parts.liveVideoIds[this.#drawRank()] ?? ''
  }

  /** One of those who look right now; null when nobody does. */
  anyone(): FeedViewer | null {
    const live = [...this.#present].filter(({ isLive }) => isLive)
    return live[Math.floor(Math.random() * live.length)] ?? null
  }

  /** One who comes, and leaves as soon as events would reach it. Resolves when it has a position, or won't get one. */
  visit(liveVideoId: string): Promise<void> {
    return new Promise((resolve) => {
      const viewer = this.#add(liveVideoId, () => {
        viewer.leave()
        resolve()
      })
    })
  }

  scan(liveVideoId: string, blocks: Buffer): readonly Delivery[] {
    // When a post began never changes once its bytes can come.
    const scan =
      this.#scans.get(liveVideoId) ??
      rememberLast((bytes: Buffer) => readDeliveries(bytes, this.#parts.times))
    this.#scans.set(liveVideoId, scan)
    return scan(blocks)
  }

  acceptedSeq(liveVideoId: string): number {
    return this.#accepted.get(liveVideoId) ?? 0
  }

  /** An author was told this. */
  accept(liveVideoId: string, seq: number): void {
    if (seq > this.acceptedSeq(liveVideoId)) this.#accepted.set(liveVideoId, seq)
  }

  left(viewer: FeedViewer, seq: number): void {
    const { judge } = viewer
    this.#present.delete(viewer)
    this.verdict.expected += judge.expectedThrough(seq)
    this.verdict.lost += judge.lostThrough(seq)
    this.verdict.repeated += judge.repeated
    this.verdict.outOfOrder += judge.outOfOrder
    this.verdict.resets += judge.resets
  }

  /** Those whose stream is open, by live video and node. */
  seats(): Map<string, Map<string, number>> {
    const seats = new Map<string, Map<string, number>>()
    for (const { liveVideoId, nodeUrl, isLive } of this.#present) {
      if (!isLive || nodeUrl === null) continue
      const nodes = seats.get(liveVideoId) ?? new Map<string, number>()
      seats.set(liveVideoId, nodes.set(nodeUrl, (nodes.get(nodeUrl) ?? 0) + 1))
    }
    return seats
  }

  /** Resolves when all have what was accepted, and have left. */
  async close(): Promise<void> {
    this.#over.abort()
    await this.#arriving
    for (const viewer of [...this.#present]) viewer.leave()
    await until(() => this.#present.size === 0, settleMsMax)
  }

  #arrive(stayMs: number): void {
    const viewer = this.#add(this.drawLiveVideo())
    void hold(stayMs, this.#over.signal).then(() => viewer.leave())
  }

  #add(liveVideoId: string, onJoined?: () => void): FeedViewer {
    const viewer = new FeedViewer(this, liveVideoId, onJoined)
    if (!viewer.isGone) this.#present.add(viewer)
    return viewer
  }
}
