import type { ModeFigures, Seating } from '../modes/mode-figures.ts'
import { count, percent, times } from '../print/numbers.ts'
import type { SimulationReport } from '../report.ts'
import { logarithmic, powersOfTen, shortCount } from './scale.ts'
import { line, rect, text } from './svg.ts'

const rowHeight = 26
const groupHeight = 34
const barsFrom = 170
const barsTo = 560
const columnEnds = [672, 778, 884, 1_000, 1_112]
const top = 66

const groups: [Seating, string][] = [
  ['dispatcher', 'A Dispatcher places the live videos'],
  ['hash', 'A load balancer hashes the live video’s id'],
  ['anywhere', 'Viewers sit on any node'],
]

export const modesPanelHeight = (modes: ModeFigures[]): number =>
  top + groups.length * groupHeight + modes.length * rowHeight + 26

/** A row for each mode: what a node receives as a bar, its pale part wasted, and the other figures beside it. */
export function modesPanel({ modes }: SimulationReport): string {
  const most = 10 ** Math.ceil(Math.log10(Math.max(10, ...modes.map((mode) => mode.eventsPerSecond.mean))))
  const scale = logarithmic(1, most, barsFrom, barsTo)
  const bottom = modesPanelHeight(modes) - 26
  const ticks = powersOfTen(most).map((tick) => [
    line(scale(tick), top - 6, scale(tick), bottom, 'rule'),
    text(scale(tick), bottom + 18, shortCount(tick), 'small', 'middle'),
  ])
  let y = top
  const rows = groups.flatMap(([seating, name]) => {
    y += groupHeight
    const own = modes.filter((mode) => mode.seating === seating)
    return [
      text(0, y - 10, name, 'strong halo'),
      ...own.map((mode) => {
        y += rowHeight
        return row(mode, y - rowHeight / 2, scale)
      }),
    ]
  })
  return [...headings(), ...ticks.flat(), ...rows].join('')
}

function headings(): string[] {
  const names = [
    ['wasted', ''],
    ['busiest node', '÷ mean'],
    ['nodes with', 'its viewers'],
    ['subscribes/s', 'on the bus'],
    ['deliveries/s', 'by the bus'],
  ]
  return [
    text(0, 0, 'What a realtime node receives', 'head'),
    text(
      0,
      22,
      'Events per second, on average and on a logarithmic scale. The pale part is wasted: nobody there watches.',
      'label',
    ),
    ...names.flatMap(([upper = '', lower = ''], at) => [
      text(columnEnds[at] ?? 0, 44, upper, 'small', 'end'),
      text(columnEnds[at] ?? 0, 59, lower, 'small', 'end'),
    ]),
  ]
}

function row(mode: ModeFigures, y: number, scale: (value: number) => number): string {
  const { mean } = mode.eventsPerSecond
  const own = mode.seating === 'dispatcher'
  const [from, useful, to] = [scale(1), scale(mean * (1 - mode.waste)), scale(mean)]
  const cells: [text: string, bad: boolean][] = [
    [percent(mode.waste), mode.waste > 0.05],
    [times(mode.imbalance), mode.imbalance > 1.25],
    [mode.nodesPerLiveVideo.toFixed(mode.nodesPerLiveVideo < 10 ? 2 : 0), mode.nodesPerLiveVideo > 2],
    [count(mode.subscribesPerSecond), mode.subscribesPerSecond > 100_000],
    [count(mode.deliveriesPerSecond), mode.deliveriesPerSecond > 10_000_000],
  ]
  return [
    text(0, y + 4, mode.carrier, own ? 'accent strong' : 'label'),
    rect(from, y - 7, to - from, 14, own ? 'ownwasted' : 'wasted', 3),
    rect(from, y - 7, useful - from, 14, own ? 'own' : 'useful', 3),
    text(to + 8, y + 4, count(mean), own ? 'accent strong' : 'small'),
    ...cells.map(([words, bad], at) => text(columnEnds[at] ?? 0, y + 4, words, bad ? 'bad' : '', 'end')),
  ].join('')
}
