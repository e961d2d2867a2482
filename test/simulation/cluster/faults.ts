import { sometime } from '../load.ts'
import type { World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** By then all know the first assignment. */
const firstWordsMs = 5_000

export type Fault = keyof typeof faults

/** What can happen to a cluster. Everything that ends by itself ends with the load. */
const faults = {
  crash: (world: World, cluster: Cluster) => replace(world, cluster, pick(world, cluster), 'crash'),
  drain: (world: World, cluster: Cluster) => replace(world, cluster, pick(world, cluster), 'drain'),
  join: (world: World, cluster: Cluster) => {
    cluster.startNode(world.random.pick(cluster.plan.processes))
  },
  freeze: (world: World, cluster: Cluster) => freeze(world, pick(world, cluster)),
  'cut off': (world: World, cluster: Cluster) => cutOff(world, pick(world, cluster)),
  isolate: (world: World, cluster: Cluster) => isolate(world, cluster, pick(world, cluster)),
  'crash leader': (world: World, cluster: Cluster) => replace(world, cluster, leader(cluster), 'crash'),
  'freeze leader': (world: World, cluster: Cluster) => freeze(world, leader(cluster)),
  'cut off leader': (world: World, cluster: Cluster) => cutOff(world, leader(cluster)),
  'freeze leader in step': (world: World, cluster: Cluster) => {
    cluster.onNextRead = (node) => freeze(world, node)
  },
  'registry away': (world: World, cluster: Cluster) =>
    registryAway(world, cluster, { sessions: true, documents: true }),
  'registry forgets nodes': (world: World, cluster: Cluster) =>
    registryAway(world, cluster, { sessions: false, documents: true }),
  // What nobody has read yet is lost for good.
  'registry forgets all': (world: World, cluster: Cluster) =>
    registryAway(world, cluster, { sessions: false, documents: world.clock.elapsed() < firstWordsMs }),
  'all cut off': (world: World, cluster: Cluster) => {
    const { server, troubles } = cluster
    if (!server.up) return
    troubles.begin()
    server.goOutOfReach()
    forAWhile(world, () => {
      troubles.end()
      server.comeIntoReach()
    })
  },
} as const

export const allFaults = Object.keys(faults) as Fault[]

export function scheduleFaults(world: World, cluster: Cluster): void {
  for (const fault of cluster.plan.faults)
    sometime(world, () => {
      world.problems.note(() => `fault: ${fault}`)
      world.figures.count(`fault ${fault}`)
      faults[fault](world, cluster)
    })
}

/** From far below the length of a lease to some times that. */
function forAWhile({ clock, random, plan }: World, end: () => void): void {
  const leaseMs = plan.cluster?.registry.leaseMs ?? 0
  const durationMs = random.between(0, random.pick([0.3, 2, 5])) * leaseMs
  clock.after(Math.min(durationMs, Math.max(0, plan.loadMs - clock.elapsed())), end)
}

const pick = ({ random }: World, { nodes }: Cluster): ClusterNode | null =>
  nodes.length === 0 ? null : random.pick(nodes)

const leader = ({ nodes }: Cluster): ClusterNode | null => nodes.find(({ leading }) => leading) ?? null

/** A process goes, in one way or the other, and another one comes in its place, perhaps under the same URL. */
function replace(world: World, cluster: Cluster, node: ClusterNode | null, how: 'crash' | 'drain'): void {
  if (!node || node.leaving) return
  const { random, clock } = world
  const url = random.chance(0.5) ? node.url : undefined
  const delayMs = random.between(0, random.pick([100, 3_000]))
  node.process.onEnd(() => clock.after(delayMs, () => cluster.startNode(node.roles, url)))
  if (how === 'crash') node.process.end()
  else void node.stop()
}

function freeze(world: World, node: ClusterNode | null): void {
  if (!node || node.process.frozen) return
  node.troubles.begin()
  node.process.freeze()
  node.gateway?.breakOff()
  forAWhile(world, () => {
    node.troubles.end()
    node.process.awake()
  })
}

/** From the registry alone. */
function cutOff(world: World, node: ClusterNode | null): void {
  if (!node) return
  node.troubles.begin()
  node.registry.link.cut()
  forAWhile(world, () => {
    node.troubles.end()
    node.registry.link.heal()
  })
}

/** From the registry and all other nodes. */
function isolate(world: World, cluster: Cluster, node: ClusterNode | null): void {
  if (!node || cluster.isolated.has(node)) return
  cluster.isolate(node)
  node.troubles.begin()
  node.registry.link.cut()
  forAWhile(world, () => {
    cluster.isolated.delete(node)
    node.troubles.end()
    node.registry.link.heal()
  })
}

function registryAway(
  world: World,
  { server, troubles }: Cluster,
  keeps: { sessions: boolean; documents: boolean },
): void {
  if (!server.up) return
  troubles.begin()
  server.goDown()
  forAWhile(world, () => {
    troubles.end()
    server.comeBack(keeps)
  })
}
