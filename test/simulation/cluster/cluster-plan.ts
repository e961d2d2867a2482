import type { Role } from '../../../src/config/config.ts'
import type { LeaderPaces } from '../../../src/dispatcher/leader.ts'
import { defaultRebalanceOptions, type RebalanceOptions } from '../../../src/placement/rebalance/options.ts'
import type { RealtimeOptions } from '../../../src/realtime/options.ts'
import type { Plan } from '../plan.ts'
import type { SeededRandom } from '../random.ts'
import type { RegistryWeather } from '../registry/weather.ts'
import type { Fault } from './faults.ts'

/** What a seed decides of a cluster before the world begins. */
export interface ClusterPlan {
  /** The roles of each process that there is from the start. */
  processes: readonly (readonly Role[])[]
  registry: RegistryWeather
  paces: LeaderPaces
  rebalance: RebalanceOptions
  /** How often a node says what it carries. */
  reportMs: number
  /** Whether gateways carry the streams, and so can end them; otherwise they only say where to go. */
  carries: boolean
  /** Whether the leader sees that a process has died, or only that its lease has ended. */
  lifelines: boolean
  /** What happens to it during the load. */
  faults: readonly Fault[]
}

/** Everything is faster than it really is, in about the same proportions, so that a day of trouble is a minute. */
export function drawCluster(plan: Plan, random: SeededRandom, faults: readonly Fault[]): Partial<Plan> {
  const options = drawOptions(plan, random)
  const stepMs = random.pick([500, 1_000])
  const leaseMs = random.pick([2, 3]) * stepMs
  return {
    nodes: 0,
    liveVideos: ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, random.integer(1, 6)),
    viewers: random.integer(2, 10),
    actions: random.pick([10, 30]),
    loadMs: random.pick([8_000, 15_000, 30_000]),
    slow: random.pick([0, 0, 0, 0.3]),
    frozen: random.pick([0, 0, 0, 0.1]),
    crashes: 0,
    stops: 0,
    newEpochs: 0,
    writeMs: 0,
    noticeMsMax: random.pick([10, 500]),
    store: { ...plan.store, latencyMsMax: random.pick([0, 2, 20]), failures: random.pick([0, 0, 0.05]) },
    bus: { ...plan.bus, losses: random.pick([0, 0, 0.1, 1]), refusals: 0, strays: 0 },
    options,
    cluster: {
      processes: drawProcesses(random),
      registry: drawRegistry(random, leaseMs),
      paces: {
        stepMs,
        gatherMs: 100,
        loadsSettleMs: options.moveMs + 3_000,
        returnMs: leaseMs + 1_000,
      },
      rebalance: { ...defaultRebalanceOptions, differenceMin: random.pick([1, 2, 500]) },
      reportMs: 1_000,
      carries: random.chance(0.7),
      lifelines: random.chance(0.7),
      faults,
    },
  }
}

const drawOptions = ({ options }: Plan, random: SeededRandom): RealtimeOptions => ({
  ...options,
  earlyEventsMax: 1_000,
  headCheckMs: random.pick([1_000, 5_000]),
  heartbeatMs: 5_000,
  retryMs: random.pick([200, 1_000]),
  moveMs: random.pick([300, 1_000, 3_000]),
  strayMs: random.pick([300, 1_000]),
  moveRetryMs: random.pick([0, 300]),
})

const drawRegistry = (random: SeededRandom, leaseMs: number): RegistryWeather => ({
  leaseMs,
  latencyMsMax: random.pick([1, 20, 300]),
  watchDelayMsMax: random.pick([1, 50, 1_000]),
  reconnectMsMax: random.pick([50, 500]),
  knowsTime: random.chance(0.5),
  writesForAnyone: random.chance(0.5),
})

/** All roles in every process, each role in processes of its own, or anything between. */
function drawProcesses(random: SeededRandom): Role[][] {
  const all: Role[] = ['comments', 'realtime', 'dispatcher', 'gateway']
  const times = (count: number, roles: Role[]) => Array.from({ length: count }, () => roles)
  switch (random.pick(['whole', 'split', 'edge'] as const)) {
    case 'whole':
      return times(random.integer(1, 4), all)
    case 'split':
      return [
        ...times(random.integer(2, 3), ['realtime']),
        ...all.filter((role) => role !== 'realtime').flatMap((role) => times(random.pick([1, 1, 2]), [role])),
      ]
    case 'edge':
      return [
        ...times(random.integer(1, 3), ['realtime', 'comments']),
        ...times(random.integer(1, 2), ['dispatcher', 'gateway']),
      ]
  }
}
