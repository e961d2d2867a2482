import { linear, type Scale } from '../../chart/scale.ts'
import { axis, margin, sheet, sheetWidth } from '../../chart/sheet.ts'
import { bar, dot, line, text } from '../../chart/svg.ts'
import type { Mix } from '../kinds.ts'
import type { Outcome } from '../load/plan.ts'
import type { OverloadResults, Step } from './results.ts'
import { good, offered, served, shareOf } from './shares.ts'

const top = 168
const height = 220
const gap = 44
const left = margin + 34

const heading = 'What becomes of a server that is asked for too much'
const lead =
  'Requests served against requests offered, both as parts of what one core can take. A cliff would fall to the right.'

/** Goodput against offered load: a panel for each mix. */
export function toChart(results: OverloadResults): string {
  const mixes = [...new Set(results.steps.map(({ mix }) => mix))]
  const width = (sheetWidth - margin - left - gap * (mixes.length - 1)) / Math.max(1, mixes.length)
  const panels = mixes.map((mix, index) => panel(mix, results, left + index * (width + gap), width))
  return sheet(top + height + 62, heading, lead, [key(), ...panels])
}

const key = (): string =>
  bar(margin, 86, 14, 4, 'accent') +
  text(margin + 20, 92, 'note', 'served in time') +
  bar(margin + 120, 86, 14, 4, 'plain') +
  text(margin + 140, 92, 'note', 'served in the end') +
  bar(margin + 262, 86, 14, 4, 'second') +
  text(margin + 282, 92, 'note', 'what could be')

function panel(mix: Mix, results: OverloadResults, x: number, width: number): string {
  const steps = results.steps.filter((step) => step.mix === mix)
  const share = (step: Step, count: (outcome: Outcome) => number) => shareOf(step, results, count)
  const most = Math.max(1, ...steps.map((step) => share(step, served)))
  const across = linear(Math.max(1, ...steps.map((step) => share(step, offered))), x, width)
  const upward = linear(most, 0, height)
  const y = (value: number) => top + height - upward.at(value)
  const curve = (count: (outcome: Outcome) => number, kind: string, dotKind: string) => {
    const points = steps.map((step) => ({ x: across.at(share(step, offered)), y: y(share(step, count)) }))
    const lines = points
      .slice(1)
      .map((point, index) => line(points[index]?.x ?? 0, points[index]?.y ?? 0, point.x, point.y, kind))
    return [...lines, ...points.map((point) => dot(point.x, point.y, 3.5, dotKind))].join('')
  }
  return [
    axis({ title: mix, note: 'offered, cores’ worth', scale: across, tick: String }, top, top + height),
    ...upward.ticks.map(
      (value) =>
        line(x, y(value), x + width, y(value), 'grid') + text(x - 28, y(value) + 4, 'note', String(value)),
    ),
    ideal(across, y),
    curve(served, 'span', 'plain'),
    curve(good, 'span-ours', 'accent'),
  ].join('')
}

/** All that is offered, up to what one core can take. */
function ideal(across: Scale, y: (value: number) => number): string {
  const end = across.ticks.at(-1) ?? 1
  return (
    line(across.at(0), y(0), across.at(1), y(1), 'ideal') +
    line(across.at(1), y(1), across.at(end), y(1), 'ideal')
  )
}
