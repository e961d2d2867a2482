import { imbalanceMax } from '../findings.ts'
import type { SimulationReport } from '../report.ts'
import { column, highest } from './bars.ts'
import type { Paint } from './format-report.ts'
import { wrap } from './labels.ts'
import { count, percent, times } from './numbers.ts'

const width = 90

/** The busiest node over the time, what happened below it, and what balance costs. */
export function timelineLines(report: SimulationReport, paint: Paint): string[] {
  const { moments, happenings, imbalance, waste, balance } = report
  const seconds = moments.imbalance.length
  const top = Math.max(1.5, imbalance.max)
  const marks = [...' '.repeat(width)]
  for (const [index, { second }] of happenings.entries())
    marks[Math.min(width - 1, Math.floor((second / seconds) * width))] = String(index + 1)
  const names = happenings.map(
    ({ name, nodes }, index) => `${index + 1} ${name}${nodes > 1 ? ` (${nodes})` : ''}`,
  )
  return [
    highest(moments.imbalance, width)
      .map((ratio) => paint(ratio > imbalanceMax ? 'bad' : 'accent', column(ratio, 1, top)))
      .join(''),
    marks.join('').trimEnd(),
    ...wrap(names, width, '   ').map((line) => paint('quiet', line)),
    `At rest ${times(imbalance.atRestMedian)}, at most ${times(imbalance.atRestMax)}; at the worst moment ${times(imbalance.max)}. (Columns: 1 × to ${times(top)}.)`,
    `Keeping it so moves ${count(balance.slotsMovedPerMinute)} of 4,096 slots a minute, and ${count(balance.viewersMovedPerSecond)} viewers/s.`,
    `Wasted events: ${percent(waste.atRest)} at rest, ${percent(waste.max)} at the worst moment, after a move.`,
  ]
}
