import { checkAllTold, checkNothingLeft, checkPrompt, checkRest } from './checks.ts'
import { liveInCluster } from './cluster/live-in-cluster.ts'
import type { Focus } from './focus.ts'
import { checkLedger } from './ledger.ts'
import { scheduleLoad } from './load.ts'
import { drawPlan, type Plan } from './plan.ts'
import { noSabotage, type Sabotage } from './sabotage.ts'
import { World } from './world.ts'

export interface Result {
  plan: Plan
  problems: string[]
  figures: Record<string, number>
  trace: string[]
}

const quietMs = 20_000

/** Lives through one world: what its seed says happens, then it is left in peace, then everyone must know everything. */
export async function simulate(
  seed: number,
  focus: Focus,
  { sabotage = noSabotage, tracing = false }: { sabotage?: Sabotage; tracing?: boolean } = {},
): Promise<Result> {
  const plan = drawPlan(seed, focus)
  const world = new World(plan, sabotage, tracing)
  try {
    if (world.cluster) await liveInCluster(world, world.cluster)
    else await live(world)
  } catch (error) {
    world.crashed(error)
  }
  world.figures.count('steps', world.clock.steps)
  return {
    plan,
    problems: world.problems.found,
    figures: world.figures.counts,
    trace: world.problems.trace ?? [],
  }
}

async function live(world: World): Promise<void> {
  const { plan } = world
  scheduleLoad(world)
  await world.clock.runFor(plan.loadMs)
  heal(world)
  await world.clock.runFor(quietMs)
  await checkRest(world)
  void world.authors.lastCall().then(() => checkPrompt(world))
  await world.clock.runFor(quietMs)
  checkAllTold(world)
  checkLedger(world, world.authors.ledger)
  await leave(world)
  checkNothingLeft(world)
}

/** The store answers again, whoever was away is back, whoever can read reads. The bus stays as it is. */
function heal(world: World): void {
  world.problems.note(() => 'the load is over')
  world.storeWeather.failures = 0
  world.storeWeather.latencyMsMax = Math.min(world.storeWeather.latencyMsMax, 20)
  if (world.nodes.length === 0) world.startNode()
  for (const viewer of world.viewers) {
    viewer.come()
    viewer.settle()
    viewer.readOn()
  }
}

/** Everyone goes, and the nodes have time to let go of what they held for them. */
async function leave(world: World): Promise<void> {
  world.problems.note(() => 'everyone leaves')
  for (const viewer of world.viewers) viewer.leave()
  const { lingerMs } = world.plan.options
  // A channel tells how many are there up to 10 s after the last change.
  await world.clock.runFor(world.plan.noticeMsMax + lingerMs * 1.2 + 11_000)
}
