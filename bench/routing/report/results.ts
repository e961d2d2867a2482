import type { Quantiles } from '../../../tools/loadgen/measure/histogram.ts'
import type { Counts } from '../../../tools/loadgen/report.ts'
import type { Verdict } from '../../../tools/loadgen/viewers/crowd.ts'
import type { Usage } from '../measure/usage.ts'
import type { ModeName } from '../modes.ts'

/** A stretch of a run: what was used, and what the viewers saw. */
export interface Stretch extends Usage {
  /** Accepted comments: each is one. */
  events: number
  /** Events on a node that came to a viewer there live, each node counted once. */
  reached: number
  /** On how many nodes the viewers of one live video sit, on average; null when none had several. */
  nodesPerLiveVideo: number | null
  /** From the start of a POST to the comment's arrival at a viewer. */
  deliveryMs: Quantiles | null
  /** From a new viewer's connecting to its position, from which on every event comes. */
  joinMs: Quantiles | null
  deliveries: number
  joins: number
  reconnects: number
  /** Why viewers were not served. */
  failures: Counts
}

/** How viewers find their node: a clerk's look-up, a hash of the LiveVideoId, or any node in turn. */
export type RouteName = 'clerk' | 'hash' | 'any'

/** One way of carrying events, with one way of finding nodes. */
export interface WayResult {
  mode: ModeName
  title: string
  route: RouteName
  /** Viewers come and go and comment on what they watch. */
  steady: Stretch
  /** The same, with comments on live videos that nobody may be watching; null when not looked at. */
  anywhere: Stretch | null
  /** The same as the first, while a node joins and another is drained; null when not looked at. */
  moving: Stretch | null
  /** Viewers who scroll on as soon as they have a position. */
  scrolling: Stretch
  /** Viewers who each come to a live video that no node carries; null when not looked at. */
  cold: Stretch | null
  /** Of all viewers of all stretches. */
  verdict: Verdict
  refused: Counts
}

/** What the pure functions take. */
export interface PlacementSpeed {
  nodes: number
  /** A clerk's look-up. */
  lookUpNs: number
  /** The next assignment when all nodes are new, */
  firstMs: number
  /** when the loads of all of them are to be levelled, */
  levelMs: number
  /** when there is nothing to do, as in most seconds, */
  calmMs: number
  /** and when one node is lost. */
  lostMs: number
}

export interface RoutingResults {
  /** ISO 8601. */
  startedAt: string
  seconds: number
  viewers: number
  commentsPerSecond: number
  liveVideos: number
  realtimeNodes: number
  cores: number
  ways: WayResult[]
  placement: PlacementSpeed
  faults: string[]
}

/** What realtime nodes received beyond what came to a viewer, as a part of that. */
export const wasteOf = ({ realtime, reached }: Stretch): number => realtime.received / reached - 1
