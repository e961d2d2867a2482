import { isHeld } from '../runs/watch.ts'
import { type ServerName, servers } from '../servers/servers.ts'
import { best, ofServer, runOf, runsOf } from './find.ts'
import type { FanOutResults } from './results.ts'

/** One server on the chart; null is not measured. */
export interface ChartRow {
  title: string
  ours: boolean
  microsAt20: number | null
  microsAt100: number | null
  saturated: number | null
  kilobytes: number | null
}

/** The servers of which something is known. */
export const chartRowsOf = (results: FanOutResults): ChartRow[] =>
  (Object.keys(servers) as ServerName[]).map((name) => rowOf(results, name)).filter(isKnown)

function rowOf(results: FanOutResults, name: ServerName): ChartRow {
  const at100 = runOf(results, 2, name) ?? runOf(results, 5, name)
  const memory = ofServer(results.idle, name)?.bytesPerViewer
  return {
    title: servers[name].title,
    ours: name.startsWith('chorus'),
    microsAt20: runOf(results, 1, name)?.microsecondsPerDelivery ?? null,
    microsAt100: at100?.microsecondsPerDelivery ?? null,
    saturated: best(runsOf(results, 3, name), isHeld)?.deliveriesPerSecond ?? null,
    kilobytes: memory === undefined ? null : Math.max(0, memory) / 1_024,
  }
}

const isKnown = ({ microsAt20, microsAt100, saturated, kilobytes }: ChartRow): boolean =>
  [microsAt20, microsAt100, saturated, kilobytes].some((value) => value !== null)
