import { axis, margin, sheet, sheetWidth, wash } from '../../chart/sheet.ts'
import { text } from '../../chart/svg.ts'
import { chartRowsOf } from './chart-rows.ts'
import { panelsOf, rateKey } from './panels.ts'
import type { FanOutResults } from './results.ts'

const labels = 150
const top = 138
const rowHeight = 40

const heading = 'What one delivery costs'
const lead =
  'The same comments to the same viewers, one server after the other on one core. ' +
  'Shorter is better for CPU and memory, longer for deliveries.'

/** The comparison as one picture. */
export function toChart(results: FanOutResults): string {
  const rows = chartRowsOf(results).map((row, index) => ({ row, y: top + (index + 0.5) * rowHeight }))
  const bottom = top + rows.length * rowHeight
  const left = margin + labels
  const panels = panelsOf(
    rows.map(({ row }) => row),
    left,
    sheetWidth - margin - left,
  )
  return sheet(bottom + 50, heading, lead, [
    ...rows.filter(({ row }) => row.ours).map(({ y }) => wash(y, rowHeight - 4)),
    ...panels.map((panel) => axis(panel, top, bottom)),
    rateKey(left, top - 30),
    ...rows.map(({ row, y }) => text(margin, y + 4, row.ours ? 'ours' : 'way', row.title)),
    ...rows.flatMap(({ row, y }) => panels.map((panel) => panel.draw(row, y))),
  ])
}
