import type { Moments } from './dispatched/timeline.ts'
import { count } from './print/numbers.ts'
import type { RegistryFigures, SimulationReport, Target } from './report.ts'
import type { Happening } from './world/calendar.ts'

/** Whether at each second nothing has happened for a while. */
function restOf(happenings: Happening[], seconds: number): boolean[] {
  const calmSeconds = Math.min(60, seconds / 10)
  return Array.from({ length: seconds }, (_, at) =>
    happenings.every(({ second }) => at + 1 < second || at + 1 > second + calmSeconds),
  )
}

export function evennessFound(happenings: Happening[], moments: Moments) {
  const { imbalance, waste } = moments
  const rest = restOf(happenings, imbalance.length)
  const atRest = (values: number[]) => values.filter((_, at) => rest[at])
  return {
    imbalance: {
      atRestMedian: median(atRest(imbalance)),
      atRestMax: Math.max(...atRest(imbalance)),
      median: median(imbalance),
      max: Math.max(...imbalance),
    },
    waste: { atRest: median(atRest(waste)), max: Math.max(...waste) },
    balance: {
      slotsMovedPerMinute: mean(atRest(moments.slotsMoved)) * 60,
      viewersMovedPerSecond: mean(atRest(moments.viewersMoved)),
    },
  }
}

const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Busiest node ÷ mean. */
export const imbalanceMax = 1.25
/** Only documents may become more: the loads of what is spread once a second, and assignments. */
const moreWritesPerSecondMax = 2
const wasteAtRestMax = 0.01

export function findTargets(
  found: Pick<SimulationReport, 'imbalance' | 'waste' | 'incidents' | 'registry'>,
): Target[] {
  const { imbalance, waste, incidents, registry } = found
  const left = incidents.filter(({ what }) => what !== 'joined')
  const own = left.every(({ ownSlots, ownSlotsMoved }) => ownSlots === ownSlotsMoved)
  const others = left.reduce((sum, { otherSlotsMoved }) => sum + otherSlotsMoved, 0)
  const [fewer = 0, more = 0] = registry.map(writesPerSecond)
  return [
    {
      name: 'The busiest node, at rest',
      wanted: `at most ${imbalanceMax} × the mean`,
      found: `${imbalance.atRestMax.toFixed(2)} ×`,
      met: imbalance.atRestMax <= imbalanceMax,
    },
    {
      name: 'Writes to the registry',
      wanted: 'the same with ten times the viewers',
      found: `${count(fewer)} and ${count(more)} a second`,
      met: more - fewer < moreWritesPerSecondMax,
    },
    {
      name: 'A node that is lost or drains',
      wanted: 'all of its slots move, and no others',
      found: `${own ? 'all' : 'not all'} of its own, ${others} others`,
      met: own && others === 0,
    },
    {
      name: 'Wasted events, at rest',
      wanted: 'at most 1 % of those received',
      found: `${(waste.atRest * 100).toFixed(2)} %`,
      met: waste.atRest <= wasteAtRestMax,
    },
  ]
}

export const writesPerSecond = ({ reportsPerSecond, documentsPerSecond }: RegistryFigures): number =>
  reportsPerSecond + documentsPerSecond
