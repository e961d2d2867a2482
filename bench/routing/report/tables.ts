import { fixed, percent, short, whole } from '../../chart/numbers.ts'
import type { Table } from '../../tables/table.ts'
import { type RoutingResults, type Stretch, type WayResult, wasteOf } from './results.ts'

type Cell = [group: string, head: string, value: (way: WayResult, stretch: Stretch) => string]

const ways: Cell[] = [
  ['', 'way', ({ title }) => title],
  ['', 'node by', ({ route }) => route],
]

const waste: Cell[] = [
  ['', 'received per event', (_, { realtime, events }) => fixed(2)(realtime.received / events)],
  ['', 'waste', (_, stretch) => percent(wasteOf(stretch))],
]

const coLocation: Cell[] = [
  ['', 'nodes per video', (_, { nodesPerLiveVideo }) => fixed(2)(nodesPerLiveVideo)],
]

const per1000 = (amount: number, count: number): string => fixed(2)((1_000 * amount) / count)

const cpuPerEvent: Cell[] = (['realtime', 'comments', 'bus'] as const).map((part) => [
  'CPU s / 1,000 events',
  part,
  (_, { cpu, events }) => per1000(cpu[part], events),
])

const delivery: Cell[] = [
  ['post → viewer, ms', 'p50', (_, { deliveryMs }) => short(deliveryMs?.p50)],
  ['post → viewer, ms', 'p99', (_, { deliveryMs }) => short(deliveryMs?.p99)],
]

const join: Cell[] = [
  ['first block, ms', 'p50', (_, { joinMs }) => short(joinMs?.p50)],
  ['first block, ms', 'p99', (_, { joinMs }) => short(joinMs?.p99)],
]

const steady: Cell[] = [
  ...ways,
  ...waste,
  ['', 'unwatched too', ({ anywhere }) => percent(anywhere && wasteOf(anywhere))],
  ...coLocation,
  ...cpuPerEvent,
  ['', 'bytes per event', (_, { busBytes, events }) => whole(busBytes / events)],
  ...delivery,
  ['', 'joins/s', ({ scrolling }) => whole(scrolling.joins / scrolling.seconds)],
  ['', 'join p99 ms', (_, { joinMs }) => short(joinMs?.p99)],
  ['calls/s', 'sub', (_, { realtime, seconds }) => short(realtime.subscribes / seconds)],
  ['calls/s', 'unsub', (_, { realtime, seconds }) => short(realtime.unsubscribes / seconds)],
]

const moving: Cell[] = [
  ...ways,
  ...waste,
  ...coLocation,
  ...delivery,
  ['', 'join p99 ms', (_, { joinMs }) => short(joinMs?.p99)],
  ['', 'reconnects', (_, { reconnects }) => whole(reconnects)],
  ['', 'seconds', (_, { seconds }) => whole(seconds)],
]

const cold: Cell[] = [
  ...ways,
  ...join,
  ['CPU s / 1,000 joins', 'realtime', (_, { cpu, joins }) => per1000(cpu.realtime, joins)],
  ['CPU s / 1,000 joins', 'bus', (_, { cpu, joins }) => per1000(cpu.bus, joins)],
  ['calls / 1,000 joins', 'sub', (_, { realtime, joins }) => whole((1_000 * realtime.subscribes) / joins)],
]

/** The comparison as tables, the large one first. */
export function tablesOf({ ways: results }: RoutingResults): Table[] {
  const pick = (of: (way: WayResult) => Stretch | null): [WayResult, Stretch][] =>
    results.flatMap((way) => {
      const stretch = of(way)
      return stretch === null ? [] : [[way, stretch] as [WayResult, Stretch]]
    })
  return [
    tableOf(
      'Steady',
      steady,
      pick((way) => way.steady),
    ),
    tableOf(
      'While a node joins and another is drained',
      moving,
      pick((way) => way.moving),
    ),
    tableOf(
      'The first viewer of a live video',
      cold,
      pick((way) => way.cold),
    ),
  ].filter(({ rows }) => rows.length > 0)
}

const tableOf = (title: string, cells: Cell[], picked: [WayResult, Stretch][]): Table => ({
  title,
  columns: cells.map(([group, head]) => ({ group, head })),
  rows: picked.map(([way, stretch]) => cells.map(([, , value]) => value(way, stretch))),
})
