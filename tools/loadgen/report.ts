import type { Quantiles } from './measure/histogram.ts'
import type { BenchMode } from './options.ts'

/** Counts by name: of a problem's code, of what failed. */
export type Counts = Record<string, number>

export interface ViewerFigures {
  asked: number
  /** Had a position in the log. */
  connected: number
  /** Never had one, or gave up later. */
  failed: number
  failures: Counts
  reconnects: number
  /** How often a viewer was told that the log is another one. */
  resets: number
  /** How often a viewer was told that events were left out. */
  gaps: number
  /** Streams, reconnects included, by their content encoding. */
  encodings: Counts
}

export interface CommentFigures {
  posted: number
  accepted: number
  /** By code. */
  refused: Counts
  /** Due, but not posted, because too many posts were without a reply. */
  skipped: number
  acceptedPerSecond: number
}

/** Judged per viewer by sequence numbers, from its first position to the last accepted comment. */
export interface DeliveryFigures {
  expected: number
  received: number
  lost: number
  repeated: number
  outOfOrder: number
  perSecond: number
  /** Everything that came over the sockets, as it was encoded, HTTP and heartbeats included. */
  bytesPerDelivery: number | null
  /** Of the reads that brought events. */
  eventsPerRead: number | null
}

/**
 * What the server's process used. Memory is what it grew by while the viewers came and, in idle mode, stayed: right
 * for a server freshly started, since one that has served before takes memory that it kept.
 */
export interface ServerFigures {
  residentBytes: number
  residentBytesPerViewer: number | null
  privateBytesPerViewer: number | null
  /** While posting and delivering, or in idle mode while holding. */
  cpuSeconds: number
  cpuMicrosecondsPerDelivery: number | null
  /** In accept mode, where nothing but comments costs any. */
  cpuMicrosecondsPerComment: number | null
}

/** What a run found. Plain JSON. */
export interface BenchReport {
  /** Nothing lost, repeated or out of order, and no viewer failed. Comments refused are no fault: they may be meant. */
  ok: boolean
  /** Why not, in words. */
  faults: string[]
  mode: BenchMode
  url: string
  liveVideoId: string
  /** ISO 8601. */
  startedAt: string
  /** From the first post to the last delivery or reply; in idle mode how long the viewers were held. */
  elapsedSeconds: number
  viewers: ViewerFigures | null
  comments: CommentFigures | null
  deliveries: DeliveryFigures | null
  /** From the start of a POST to the comment's arrival at a viewer's socket. */
  deliveryLatencyMs: Quantiles | null
  /** From the start of a POST to its reply. */
  replyLatencyMs: Quantiles | null
  server: ServerFigures | null
  /** What measuring cost; close to 1 core, the latencies are this program's own. */
  loadgen: { cpuSeconds: number; cores: number }
}

/** What speaks against the run. */
export function findFaults({ viewers, comments, deliveries }: Omit<BenchReport, 'ok' | 'faults'>): string[] {
  const counts: [number | undefined, string][] = [
    [viewers?.failed, 'viewers failed'],
    [viewers?.resets, 'resets of a viewer’s position'],
    [deliveries?.lost, 'deliveries lost'],
    [deliveries?.repeated, 'deliveries repeated'],
    [deliveries?.outOfOrder, 'deliveries out of order'],
    [comments?.skipped, 'comments not posted in time'],
  ]
  const faults = counts.filter(([count]) => count).map(([count, what]) => `${what}: ${count}`)
  return comments?.accepted === 0 ? [...faults, 'no comment was accepted'] : faults
}
