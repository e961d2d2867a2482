import type { Plan } from '../plan.ts'
import type { SeededRandom } from '../random.ts'
import { drawCluster } from './cluster-plan.ts'
import { allFaults, type Fault } from './faults.ts'

/** What a world of many nodes is mostly about. */
export type ClusterFocus =
  | 'cluster'
  | 'cluster-nodes'
  | 'cluster-registry'
  | 'cluster-leaders'
  | 'cluster-crowds'

const some = (random: SeededRandom, faults: readonly Fault[], countMax: number): Fault[] =>
  Array.from({ length: random.integer(0, countMax) }, () => random.pick(faults))

export const clusterBend: Record<ClusterFocus, (plan: Plan, random: SeededRandom) => Partial<Plan>> = {
  cluster: (plan, random) => ({
    ...drawCluster(plan, random, some(random, allFaults, 6)),
    rated: random.pick([0, 0.3]),
  }),

  'cluster-nodes': (plan, random) =>
    drawCluster(plan, random, some(random, ['crash', 'drain', 'join', 'freeze', 'cut off', 'isolate'], 6)),

  'cluster-registry': (plan, random) =>
    drawCluster(
      plan,
      random,
      some(
        random,
        [
          'registry away',
          'registry forgets all',
          'registry forgets nodes',
          'all cut off',
          'cut off',
          'crash',
        ],
        4,
      ),
    ),

  'cluster-leaders': (plan, random) =>
    drawCluster(
      plan,
      random,
      some(
        random,
        ['freeze leader', 'freeze leader in step', 'crash leader', 'cut off leader', 'crash', 'join'],
        6,
      ),
    ),

  'cluster-crowds': crowds,
}

/** Many viewers of few live videos, which outgrow a node. */
function crowds(plan: Plan, random: SeededRandom): Partial<Plan> {
  const drawn = drawCluster(plan, random, some(random, ['crash', 'drain', 'join', 'freeze'], 3))
  const cluster = drawn.cluster && {
    ...drawn.cluster,
    rebalance: { ...drawn.cluster.rebalance, liveVideoViewersMax: random.integer(2, 5) },
  }
  return {
    ...drawn,
    liveVideos: ['hot', 'hot', 'hot', 'b'].slice(0, random.integer(1, 4)),
    viewers: random.integer(8, 20),
    mishapsMax: 1,
    frozen: 0,
    cluster,
  }
}
