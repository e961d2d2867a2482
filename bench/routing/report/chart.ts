import { whole } from '../../chart/numbers.ts'
import { axis, margin, sheet, sheetWidth, wash } from '../../chart/sheet.ts'
import { text } from '../../chart/svg.ts'
import { cpuKey, panelsOf } from './panels.ts'
import type { RoutingResults, WayResult } from './results.ts'

const labels = 210
const top = 138
const rowHeight = 26
const groupGap = 8

/** The steady comparison as one picture, on paper or on the night as the reader's screen is. */
export function toChart(results: RoutingResults): string {
  const { ways } = results
  const rows = rowsOf(ways)
  const bottom = (rows.at(-1)?.y ?? top) + rowHeight
  const height = bottom + 50
  const left = margin + labels
  const panels = panelsOf(ways, left, sheetWidth - margin - left)
  return sheet(height, heading, leadOf(results), [
    ...rows.filter(({ way }) => way.mode === 'dispatched').map(({ y }) => wash(y, rowHeight)),
    ...panels.map((panel) => axis(panel, top, bottom)),
    cpuKey(panels[2]?.scale.at(0) ?? 0, top - 30),
    ...rows.map(labelOf),
    ...rows.flatMap(({ way, y }) => panels.map((panel) => panel.draw(way, y))),
  ])
}

const heading = 'How comments reach the nodes of their viewers'

const leadOf = ({ viewers, liveVideos, commentsPerSecond, realtimeNodes }: RoutingResults): string =>
  `${whole(viewers)} viewers scroll through ${whole(liveVideos)} live videos on ${realtimeNodes} realtime nodes, ` +
  `${commentsPerSecond} comments a second. Shorter is better everywhere.`

interface Row {
  way: WayResult
  y: number
  /** Whether the row above is the same way with another routing. */
  again: boolean
}

function rowsOf(ways: WayResult[]): Row[] {
  let y = top + rowHeight / 2
  return ways.map((way, index) => {
    const again = way.mode === ways[index - 1]?.mode
    if (index > 0) y += again ? rowHeight : rowHeight + groupGap
    return { way, y, again }
  })
}

function labelOf({ way: { mode, title, route }, y, again }: Row): string {
  const name = again ? '' : text(margin, y + 4, mode === 'dispatched' ? 'ours' : 'way', title)
  return name + text(margin + labels - 44, y + 4, 'route', route)
}
