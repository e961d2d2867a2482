import type { WatchRun } from '../runs/watch.ts'
import type { ServerName } from '../servers/servers.ts'
import type { FanOutResults } from './results.ts'

export const runsOf = ({ watched }: FanOutResults, row: number, server?: ServerName): WatchRun[] =>
  watched.filter((run) => run.row === row && (server === undefined || run.server === server))

/** The one run of a server in a row, or that of a variant; undefined when it was not asked for. */
export const runOf = (
  results: FanOutResults,
  row: number,
  server: ServerName,
  variant?: string,
): WatchRun | undefined =>
  runsOf(results, row, server).find((run) => variant === undefined || run.variant === variant)

export const ofServer = <Run extends { server: ServerName }>(
  runs: readonly Run[],
  server: ServerName,
): Run | undefined => runs.find((run) => run.server === server)

/** The run of a row's saturation that carried most, of those in which the server kept up. */
export function best(runs: readonly WatchRun[], keptUp: (run: WatchRun) => boolean): WatchRun | undefined {
  return runs.filter(keptUp).toSorted((a, b) => b.deliveriesPerSecond - a.deliveriesPerSecond)[0]
}

/** Undefined unless both are known. */
export const ratio = (
  part: number | null | undefined,
  whole: number | null | undefined,
): number | undefined => (part === null || part === undefined || !whole ? undefined : part / whole)
