import { style } from '../../chart/look.ts'
import { whole } from '../../chart/numbers.ts'
import { line, tag, text } from '../../chart/svg.ts'
import { cpuKey, type Panel, panelsOf } from './panels.ts'
import type { RoutingResults, WayResult } from './results.ts'

const width = 1_120
const margin = 28
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
  const panels = panelsOf(ways, left, width - margin - left)
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': 'title',
    },
    [
      tag('title', { id: 'title' }, heading),
      tag('style', {}, style),
      tag('rect', { width, height, rx: 14, class: 'surface' }),
      text(margin, 42, 'title', heading),
      text(margin, 64, 'lead', leadOf(results)),
      ...rows.filter(({ way }) => way.mode === 'dispatched').map(washOf),
      ...panels.map((panel) => frameOf(panel, bottom)),
      cpuKey(panels[2]?.scale.at(0) ?? 0, top - 30),
      ...rows.map(labelOf),
      ...rows.flatMap(({ way, y }) => panels.map((panel) => panel.draw(way, y))),
    ].join('\n'),
  )
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

const washOf = ({ y }: Row): string =>
  tag('rect', {
    x: margin - 12,
    y: y - rowHeight / 2,
    width: width - 2 * margin + 24,
    height: rowHeight,
    rx: 6,
    class: 'wash',
  })

function frameOf({ title, note, scale, tick }: Panel, bottom: number): string {
  const x = scale.at(scale.ticks[0] ?? 0)
  const ticks = scale.ticks.map((value) => {
    const at = scale.at(value)
    return line(at, top - 8, at, bottom, 'grid') + text(at, bottom + 16, 'tick', tick(value))
  })
  return text(x, top - 48, 'panel', title) + text(x, top - 30, 'note', note) + ticks.join('')
}

function labelOf({ way: { mode, title, route }, y, again }: Row): string {
  const name = again ? '' : text(margin, y + 4, mode === 'dispatched' ? 'ours' : 'way', title)
  return name + text(margin + labels - 44, y + 4, 'route', route)
}
