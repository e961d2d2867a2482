import { imbalanceMax } from '../findings.ts'
import { highest } from '../print/bars.ts'
import { count, percent } from '../print/numbers.ts'
import type { SimulationReport } from '../report.ts'
import { linear, type Scale } from './scale.ts'
import { area, line, path, text } from './svg.ts'

export const timelinePanelHeight = 420
const [left, right] = [56, 1_112]
const pointsMax = 528

/** The busiest node over the time, with what happened, and below it what moved and what was wasted. */
export function timelinePanel(report: SimulationReport): string {
  const { moments, happenings } = report
  const seconds = moments.imbalance.length
  const x = linear(0, seconds, left, right)
  return [
    text(0, 0, 'The busiest node', 'head'),
    text(0, 22, 'Its viewers ÷ the mean of all nodes, second by second, with a Dispatcher.', 'label'),
    ...happenings.flatMap((happening, at) => mark(happening, x(happening.second), at % 2)),
    busiest(report, x),
    ...minutes(seconds, x),
    strip('viewers to be moved', moments.viewersMoved, x, 350, (value) => `${count(value)} at once`),
    strip('wasted events', moments.waste, x, 412, percent),
  ].join('')
}

function mark({ name, nodes }: SimulationReport['happenings'][number], x: number, lane: number): string[] {
  const words = nodes > 1 ? `${name} (${nodes})` : name
  return [line(x, 62 + lane * 16, x, 412, 'mark'), text(x, 56 + lane * 16, words, 'small', 'middle')]
}

function busiest({ moments, imbalance }: SimulationReport, x: Scale): string {
  const top = Math.max(1.5, Math.ceil(imbalance.max * 4) / 4)
  const y = linear(1, top, 260, 90)
  const ticks = Array.from({ length: Math.round((top - 1) * 4) + 1 }, (_, at) => 1 + at / 4)
  const points = pointsOf(moments.imbalance, x, y)
  return [
    ...ticks.flatMap((tick) => [
      line(left, y(tick), right, y(tick), tick === imbalanceMax ? 'limit' : 'rule'),
      text(left - 8, y(tick) + 4, `${tick} ×`, tick === imbalanceMax ? 'small bad' : 'small', 'end'),
    ]),
    area(points, y(1), 'under'),
    path(points, 'curve'),
  ].join('')
}

function minutes(seconds: number, x: Scale): string[] {
  const step = Math.max(1, Math.round(seconds / 600)) * 60
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, at) =>
    text(x(at * step), 278, at === 0 ? 'minute 0' : String((at * step) / 60), 'small halo', 'middle'),
  )
}

function strip(
  name: string,
  values: number[],
  x: Scale,
  bottom: number,
  label: (value: number) => string,
): string {
  const most = Math.max(...values, 1e-9)
  const y = linear(0, most, bottom, bottom - 30)
  return [
    text(left, bottom - 34, `${name}, at most ${label(most)}`, 'small halo'),
    line(left, bottom, right, bottom, 'rule'),
    area(pointsOf(values, x, y), bottom, 'strip'),
  ].join('')
}

/** At most so many points, each as high as the highest value around it. */
function pointsOf(values: number[], x: Scale, y: Scale): [number, number][] {
  const some = highest(values, Math.min(pointsMax, values.length))
  return some.map((value, at) => [x(((at + 0.5) * values.length) / some.length), y(value)])
}
