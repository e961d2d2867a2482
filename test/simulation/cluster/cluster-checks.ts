import { slotCount } from '../../../src/placement/slots.ts'
import type { World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** What must not go on changing once nothing happens any more. */
export interface Changes {
  assignments: number
  followed: number
  connections: number
  streams: number
  strays: number
}

export const changesIn = (world: World, { history }: Cluster): Changes => ({
  assignments: history.writes,
  followed: history.changes,
  connections: world.viewers.reduce((sum, { connections }) => sum + connections, 0),
  streams: world.viewers.filter(({ servedBy }) => servedBy !== null).length,
  strays: history.strays,
})

/** When nothing happens, nothing is written, nobody is moved, and events go nowhere but where they belong. */
export function checkCalm(world: World, cluster: Cluster, before: Changes): void {
  const now = changesIn(world, cluster)
  // One who never reads may be cut off at any time.
  for (const key of ['assignments', 'followed', 'connections', 'strays'] as const)
    if (now[key] !== before[key])
      world.problems.report('DI-10', `in a calm cluster, ${now[key] - before[key]} more ${key}`)
}

/** Every slot has a living owner, everyone knows, and every viewer is where its live video is. */
export function checkSettled(world: World, cluster: Cluster): void {
  const { current } = cluster.history
  if (!current) return world.problems.report('DI-8', 'nothing was ever assigned')
  const { nodes, slots, spread, generation } = current.assignment
  for (const url of nodes)
    if (!cluster.at(url)?.realtime || cluster.at(url)?.leaving)
      world.problems.report('DI-8', `${url} is gone and has slots or live videos`)
  if (
    slots.length !== slotCount ||
    [...slots, ...Object.values(spread).flat()].some((index) => !nodes[index])
  )
    world.problems.report('DI-8', 'a slot has no owner')
  for (const { url, clerk } of cluster.nodes)
    if (clerk.assignment?.generation !== generation)
      world.problems.report('DI-8', `${url} knows ${clerk.assignment?.generation}, not ${generation}`)
  checkPlaces(world, cluster)
  if (Object.keys(spread).length > 0) world.figures.count('spread at rest')
}

function checkPlaces(world: World, cluster: Cluster): void {
  for (const { plan, servedBy, frozen } of world.viewers) {
    if (frozen) continue
    const node = servedBy && cluster.nodeOf(servedBy)
    const nodes = cluster.history.current?.nodesOf(plan.liveVideoId) ?? []
    if (!node || !nodes.includes(node.url))
      world.problems.report('DI-8', `${plan.name} is at ${node?.url}, its live video at [${nodes}]`)
  }
}

/** Without viewers a node holds nothing, and what is stopped does nothing. */
export async function checkNothingLeft(world: World, cluster: Cluster): Promise<void> {
  for (const node of cluster.nodes) {
    checkNode(world, cluster, node)
    void node.letGo()
  }
  await world.clock.runFor(5_000)
  for (const { url, process } of cluster.nodes)
    if (process.timers !== 0) world.problems.report('RT-18', `${url} stopped with ${process.timers} timers`)
}

function checkNode(world: World, cluster: Cluster, node: ClusterNode): void {
  const left = {
    viewers: node.realtime?.viewers ?? 0,
    channels: node.realtime?.liveVideos ?? 0,
    subscriptions: cluster.bus.wantedBy(node),
  }
  if (Object.values(left).some((count) => count !== 0))
    world.problems.report('RT-18', `${node.url} still holds ${JSON.stringify(left)}`)
}
