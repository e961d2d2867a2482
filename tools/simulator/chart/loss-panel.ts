import type { Seating } from '../modes/mode-figures.ts'
import { seconds } from '../print/numbers.ts'
import type { SimulationReport } from '../report.ts'
import { linear } from './scale.ts'
import { line, path, text } from './svg.ts'

export const lossPanelHeight = 290
const [left, right, top, bottom] = [44, 520, 72, 262]

const legendAt = [128, 272, 384]

const looks: Record<Seating, { name: string; curve: string; ink: string }> = {
  dispatcher: { name: 'Dispatcher', curve: 'curve', ink: 'accent' },
  hash: { name: 'hashed', curve: 'curve2', ink: 'second' },
  anywhere: { name: 'anywhere', curve: 'curve3', ink: 'third' },
}

/** Which part of a lost node's viewers is served again, over the time. */
export function lossPanel({ replacements, assumptions }: SimulationReport): string {
  const longest = Math.ceil(Math.max(...replacements.map(({ figures }) => figures.allSeconds)))
  const [x, y] = [linear(0, longest, left, right), linear(0, 1, bottom, top)]
  const curves = replacements.map(({ seating, figures }) =>
    path(
      [[x(0), y(0)], ...figures.curve.map((point): [number, number] => [x(point.seconds), y(point.part)])],
      looks[seating].curve,
    ),
  )
  const legend = replacements.map(({ seating, figures }, at) => {
    const { name, ink } = looks[seating]
    return text(left + (legendAt[at] ?? 0), 50, `${name} ${seconds(figures.p99Seconds)}`, `strong ${ink}`)
  })
  return [
    text(0, 0, 'A node is lost', 'head'),
    text(
      0,
      22,
      `Its viewers who are served again. With a Dispatcher its lease of ${assumptions.leaseSeconds} s has to end first.`,
      'label',
    ),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
      line(left, y(part), right, y(part), 'rule'),
      text(left - 8, y(part) + 4, `${part * 100} %`, 'small', 'end'),
    ]),
    ...ticks(longest).map((tick) => text(x(tick), bottom + 18, `${tick} s`, 'small', 'middle')),
    ...curves,
    text(left, 50, '99 % of them after', 'small'),
    ...legend,
  ].join('')
}

function ticks(longest: number): number[] {
  const step = Math.max(1, Math.ceil(longest / 8))
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, at) => at * step)
}
