import type { Moments } from './dispatched/timeline.ts'
import type { RegistryFigures, SimulationReport, Target } from './report.ts'
import type { Happening } from './world/calendar.ts'

/** Whether at each second nothing has happened for a while. */
function restOf(happenings: Happening[], seconds: number): boolean[] {
  const while_ = Math.min(60, seconds / 10)
  return Array.from({ length: seconds }, (_, at) =>
    happenings.every(({ second }) => at + 1 < second || at + 1 > second + while_),
  )
}

export function evennessFound(happenings: Happening[], { imbalance, waste }: Moments) {
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
  }
}

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const imbalanceMax = 1.25
/** Ten times the viewers may write this much more: the loads of what is spread are one document more a second. */
const registryGrowthMax = 1.1
const wasteAtRestMax = 0.01

export function findTargets(
  found: Pick<SimulationReport, 'imbalance' | 'waste' | 'incidents' | 'registry'>,
): Target[] {
  const { imbalance, waste, incidents, registry } = found
  const left = incidents.filter(({ what }) => what !== 'joined')
  const own = left.every(({ ownSlots, ownSlotsMoved }) => ownSlots === ownSlotsMoved)
  const others = left.reduce((sum, { otherSlotsMoved }) => sum + otherSlotsMoved, 0)
  const [fewer, more] = registry.map(writesPerSecond)
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
      found: `${fewer?.toFixed(0)} and ${more?.toFixed(0)} a second`,
      met: (more ?? 0) <= (fewer ?? 0) * registryGrowthMax,
    },
    {
      name: 'A node that is lost or drains',
      wanted: 'all of its slots move, and no others',
      found: `${own ? 'all' : 'not all'} of its own, ${others} others`,
      met: own && others === 0,
    },
    {
      name: 'Events for nobody, at rest',
      wanted: 'at most 1 % of those received',
      found: `${(waste.atRest * 100).toFixed(2)} %`,
      met: waste.atRest <= wasteAtRestMax,
    },
  ]
}

export const writesPerSecond = ({ reportsPerSecond, documentsPerSecond }: RegistryFigures): number =>
  reportsPerSecond + documentsPerSecond
