import type { ModeFigures } from '../modes/mode-figures.ts'
import type { SimulationReport } from '../report.ts'
import { bar, logPart } from './bars.ts'
import type { Paint } from './format-report.ts'
import { seatings, wrap } from './labels.ts'
import { count, percent, times } from './numbers.ts'
import { table } from './table.ts'

const barWidth = 30

const explanation =
  'Busiest node: its viewers ÷ the mean. Hashed: a load balancer hashes the live video’s id, so that all viewers of the ' +
  'largest one are on one node. Subscribes: calls on the bus; as many unsubscribe. Redis: servers that it would take.'

/** A bar for each mode: how much a node receives, and how much of it is for nobody. */
export function eventLines({ modes }: SimulationReport, paint: Paint): string[] {
  const most = Math.max(...modes.map(({ eventsPerSecond }) => eventsPerSecond.mean))
  return modes.map(({ carrier, seating, eventsPerSecond: { mean }, waste }) => {
    const drawn = bar(logPart(mean, 1, most), barWidth).padEnd(barWidth)
    return [
      carrier.padEnd(18),
      seatings[seating].padEnd(12),
      count(mean).padStart(9),
      paint(seating === 'dispatcher' ? 'accent' : 'quiet', drawn),
      `${percent(waste)} wasted`.padStart(13),
    ].join('  ')
  })
}

export function seatingLines({ modes, assumptions }: SimulationReport, paint: Paint): string[] {
  const redisMax = assumptions.redisDeliveriesPerSecond ?? 1
  const servers = ({ carrier, deliveriesPerSecond }: ModeFigures) =>
    carrier.startsWith('redis') ? count(Math.ceil(deliveriesPerSecond / redisMax)) : '–'
  const rows = modes.map((mode) => [
    mode.carrier,
    seatings[mode.seating],
    times(mode.imbalance),
    mode.nodesPerLiveVideo.toFixed(mode.nodesPerLiveVideo < 10 ? 3 : 0),
    count(mode.subscribesPerSecond),
    count(mode.deliveriesPerSecond),
    servers(mode),
  ])
  const [head = '', dispatched = '', ...others] = table(
    [
      { heading: '' },
      { heading: 'viewers sit' },
      { heading: 'busiest node', right: true },
      { heading: 'nodes/video', right: true },
      { heading: 'subscribes/s', right: true },
      { heading: 'deliveries/s', right: true },
      { heading: 'Redis', right: true },
    ],
    rows,
  )
  return [
    paint('quiet', head),
    paint('accent', dispatched),
    ...others,
    ...wrap(explanation.split(' '), 98).map((words) => paint('quiet', words)),
  ]
}
