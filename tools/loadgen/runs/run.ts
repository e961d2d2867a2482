import type { BenchPlan } from '../options.ts'
import type { PostTally } from '../posting/commenting.ts'
import type { BenchReport, CommentFigures, ViewerFigures } from '../report.ts'
import type { Crowd } from '../viewers/crowd.ts'
import type { Target } from '../wire/target.ts'

/** What every run is given. */
export interface RunContext {
  plan: BenchPlan
  target: Target
  /** Tells this run's comments from any others; letters and digits. */
  run: string
  /** Sets what the progress line says from now on. */
  watch(describe: () => string): void
  /** When aborted, the run stops loading and reports what it has. */
  signal: AbortSignal
}

/** What a run found out, to be put under a report's heading. */
export type Findings = Pick<
  BenchReport,
  | 'elapsedSeconds'
  | 'viewers'
  | 'comments'
  | 'deliveries'
  | 'deliveryLatencyMs'
  | 'replyLatencyMs'
  | 'server'
  | 'loadgen'
>

/** How long to wait for a reply before giving the request up. */
export const replyTimeoutMs = 15_000

export function viewerFigures(crowd: Crowd, resets: number): ViewerFigures {
  const { encodings, failures, reconnects, gaps } = crowd.tally
  const connected = crowd.connected()
  return {
    asked: crowd.size,
    connected,
    failed: crowd.failed(),
    failures: Object.fromEntries(failures),
    reconnects,
    resets,
    gaps,
    encodings: Object.fromEntries(encodings),
  }
}

export function commentFigures(
  { posted, accepted, refused, skipped }: PostTally,
  seconds: number,
): CommentFigures {
  return {
    posted,
    accepted,
    refused: Object.fromEntries(refused),
    skipped,
    acceptedPerSecond: accepted / seconds,
  }
}
