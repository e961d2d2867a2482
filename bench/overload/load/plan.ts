import type { Quantiles } from '../../../tools/loadgen/measure/histogram.ts'
import type { PerKind } from '../kinds.ts'

/** Where the load goes, and in whose name. */
export interface Ground {
  host: string
  port: number
  liveVideos: string[]
  /** Tokens of authors, who take turns. */
  tokens: string[]
}

/** One stretch of load. */
export interface Plan extends Ground {
  seconds: number
  /** Arrivals a second, which wait for no answer; or requests at once, each of which begins when another has ended. */
  arrival: 'open' | 'closed'
  amounts: PerKind<number>
  /** An answer within this time, in milliseconds, is in time. */
  deadlinesMs: PerKind<number>
  /** How long a light load goes on afterwards, to see when the server is itself again. */
  afterSeconds: number
}

/** What became of the requests of one kind. Each is in one of `accepted`, `told` and `failed`. */
export interface Outcome {
  /** Those that were begun. Arrivals that the load itself could not keep up with are in `unoffered` instead. */
  offered: number
  unoffered: number
  /** Served; and of these, within the deadline. */
  accepted: number
  inTime: number
  /** Turned away with a time to come back: 429 or 503 with Retry-After, a stream with `retry:` that ends. */
  told: number
  /** Neither: another status, a connection that ended, no answer in ten seconds. */
  failed: number
  /** What the failures were, by status or error, with how many of each. */
  failures: Record<string, number>
  /** How late the load itself began them: a part of the times below. */
  begunMs: Quantiles | null
  acceptedMs: Quantiles | null
  toldMs: Quantiles | null
}

export interface Seen {
  /** Of the load's own core. */
  loadShare: number
  outcomes: PerKind<Outcome>
  /** From the last arrival until every light request was served in time; null: not within `afterSeconds`. */
  recoveredMs: number | null
}
