import type { SimulatedNode } from './simulated-node.ts'
import type { World } from './world.ts'

/** Ticks of the heartbeats and checks of the heads go on as long as a node lives. */
const lastingTimers = 2

const restMs = 5_000
const readsAtRestMax = 25

/** When nothing happens, nothing is read but the heads of the logs. */
export async function checkRest(world: World): Promise<void> {
  const seqs = () => world.logs.all().reduce((sum, { events }) => sum + events.length, 0)
  const [eventsBefore, readsBefore] = [seqs(), world.figures.of('store read')]
  await world.clock.runFor(restMs)
  const reads = world.figures.of('store read') - readsBefore
  if (seqs() === eventsBefore && reads > readsAtRestMax)
    world.problems.report('RT-18', `${reads} reads of the store in ${restMs} ms in which nothing happened`)
}

/** On a bus that loses nothing, nobody waits for the heads to be checked. To be called when the last call is stored. */
export function checkPrompt(world: World): void {
  const { bus, viewers, writeMs, options } = world.plan
  const { sampleHoldMsMax } = options
  // A viewer whose node could not subscribe is told to come back later.
  if (bus.losses > 0 || bus.refusals > 0) return
  // Reordered events may have to be read from the store, page by page.
  const promptMs = bus.delayMsMax + 800 + viewers * writeMs * 3
  for (const { plan, transcript, frozen } of world.viewers) {
    const ms = promptMs + (plan.rate === 'all' ? 0 : sampleHoldMsMax)
    world.clock.after(ms, () => {
      if (!frozen && !transcript.complete())
        world.problems.report('RT-16', `${plan.name} was not told within ${ms} ms`)
    })
  }
}

/** After the quiet, every viewer that still reads has been told everything. */
export function checkAllTold(world: World): void {
  for (const viewer of world.viewers) {
    const { plan, transcript, frozen } = viewer
    if (viewer.stalled) world.problems.report('RT-5', `${plan.name} takes nothing and was never cut off`)
    world.figures.count('told', transcript.events)
    if (frozen || transcript.complete()) continue
    const { epoch, events } = world.logs.current(plan.liveVideoId)
    const at = transcript.cursor ? `${transcript.cursor.epoch}:${transcript.cursor.seq}` : 'nothing'
    world.problems.report('RT-1', `${plan.name} has ${at}, but the log ends at ${epoch}:${events.length}`)
  }
}

/** Without viewers, a node holds nothing. */
export function checkNothingLeft(world: World): void {
  for (const node of world.nodes) checkNode(world, node)
}

function checkNode(world: World, { realtime, process }: SimulatedNode): void {
  const left = {
    viewers: realtime.viewers,
    channels: realtime.liveVideos,
    subscriptions: world.bus.subscriptionsOf(process).length,
    timers: process.timers - lastingTimers,
  }
  if (Object.values(left).some((count) => count !== 0))
    world.problems.report('RT-18', `${process.name} still holds ${JSON.stringify(left)}`)
  realtime.stop()
  if (process.timers !== 0)
    world.problems.report('RT-18', `${process.name} stopped with ${process.timers} timers`)
}
