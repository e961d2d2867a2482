import { checkAllTold, checkPrompt } from '../checks.ts'
import { checkLedger } from '../ledger.ts'
import { schedulePeople } from '../load.ts'
import type { World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import { changesIn, checkCalm, checkNothingLeft, checkSettled } from './cluster-checks.ts'
import { scheduleFaults } from './faults.ts'

const lookMs = 1_000
/** Far more than any cluster needs to come to rest. */
const unrestMsMax = 180_000
const calmMs = 10_000

/** A cluster lives through its faults, is left in peace until it comes to rest, and then has to be in order. */
export async function liveInCluster(world: World, cluster: Cluster): Promise<void> {
  const { plan, clock, authors } = world
  for (const roles of cluster.plan.processes) cluster.startNode(roles)
  schedulePeople(world)
  scheduleFaults(world, cluster)
  await clock.runFor(plan.loadMs)
  heal(world, cluster)
  await comeToRest(world, cluster)
  checkSettled(world, cluster)
  const before = changesIn(world, cluster)
  void authors.lastCall().then(() => checkPrompt(world))
  await clock.runFor(calmMs)
  checkCalm(world, cluster, before)
  checkAllTold(world)
  checkLedger(world, authors.ledger)
  await leave(world)
  await checkNothingLeft(world, cluster)
}

/** All faults have ended; the store answers again, whoever was away is back, whoever can read reads. */
function heal(world: World, cluster: Cluster): void {
  world.problems.note(() => 'the load is over')
  world.storeWeather.failures = 0
  cluster.onNextRead = null
  for (const viewer of world.viewers) {
    viewer.come()
    viewer.settle()
    viewer.readOn()
  }
}

/** Until nothing has changed for longer than the leader waits before it moves something. */
async function comeToRest(world: World, cluster: Cluster): Promise<void> {
  const { paces, reportMs, registry } = cluster.plan
  const { moveMs, strayMs } = world.plan.options
  const restMs =
    paces.loadsSettleMs + 3 * paces.stepMs + 2 * reportMs + moveMs + strayMs + 2 * registry.watchDelayMsMax
  const begun = world.clock.elapsed()
  let [last, since] = [JSON.stringify(changesIn(world, cluster)), begun]
  while (world.clock.elapsed() - since < restMs) {
    await world.clock.runFor(lookMs)
    const now = JSON.stringify(changesIn(world, cluster))
    if (now !== last) since = world.clock.elapsed()
    last = now
    if (since - begun > unrestMsMax) return world.problems.report('DI-10', `never at rest: ${now}`)
  }
}

/** Everyone goes, and the nodes have time to let go of what they held for them. */
async function leave(world: World): Promise<void> {
  world.problems.note(() => 'everyone leaves')
  for (const viewer of world.viewers) viewer.leave()
  await world.clock.runFor(world.plan.noticeMsMax + world.plan.options.lingerMs * 1.2 + 11_000)
}
