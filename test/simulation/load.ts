import { drawViewer } from './draw-viewer.ts'
import type { SimulatedViewer } from './simulated-viewer.ts'
import type { World } from './world.ts'

/** Sets everything that is to happen during the load: who writes, who comes and goes, what breaks. */
export function scheduleLoad(world: World): void {
  const { plan, random } = world
  for (let index = 0; index < plan.nodes; index++) world.startNode()
  schedulePeople(world)
  for (let index = 0; index < plan.crashes; index++) sometime(world, () => replaceNode(world, 'crash'))
  for (let index = 0; index < plan.stops; index++) sometime(world, () => replaceNode(world, 'stop'))
  for (let index = 0; index < plan.restores; index++) sometime(world, () => restore(world))
  for (let index = 0; index < plan.clockJumps; index++) sometime(world, () => setClock(world))
  for (let index = 0; index < plan.newEpochs; index++)
    sometime(world, () => {
      const liveVideoId = random.pick(plan.liveVideos)
      const log = world.logs.beginAnew(liveVideoId)
      world.figures.count('new epochs')
      world.problems.note(() => `the log of ${liveVideoId} begins anew: ${log.epoch}`)
    })
}

function restore({ random, plan, logs, figures, problems }: World): void {
  const liveVideoId = random.pick(plan.liveVideos)
  const lost = random.integer(1, 12)
  logs.goBack(liveVideoId, lost)
  figures.count('restores')
  problems.note(() => `the log of ${liveVideoId} loses its last ${lost} events`)
}

/** Who writes, and who watches. */
export function schedulePeople(world: World): void {
  scheduleActions(world)
  for (let index = 0; index < world.plan.viewers; index++)
    scheduleViewer(world, world.addViewer(drawViewer(world, `viewer${index}`)))
}

export function sometime({ clock, random, plan }: World, run: () => void): void {
  clock.after(random.between(0, plan.loadMs), run)
}

/** Comments come in bursts: many within some milliseconds, then none for a while. */
function scheduleActions(world: World): void {
  const { plan, random, clock, authors } = world
  const bursts = Array.from({ length: random.integer(1, plan.actions) }, () => random.between(0, plan.loadMs))
  const spreadMs = random.pick([0, 20, 1_000])
  for (let index = 0; index < plan.actions; index++)
    clock.after(random.pick(bursts) + random.between(0, spreadMs), () => authors.act())
}

function scheduleViewer(world: World, viewer: SimulatedViewer): void {
  const { plan, random, clock } = world
  clock.after(random.chance(0.3) ? 0 : random.between(0, plan.loadMs), () => viewer.come())
  if (random.chance(plan.frozen)) sometime(world, () => viewer.freeze())
  const mishaps = random.integer(0, plan.mishapsMax)
  for (let index = 0; index < mishaps; index++) sometime(world, () => befall(world, viewer))
}

/** Something happens to one viewer. */
function befall({ random, clock, problems }: World, viewer: SimulatedViewer): void {
  const mishap = random.pick(['lose connection', 'leave', 'leave', 'reload', 'stop reading'] as const)
  problems.note(() => `${viewer.plan.name}: ${mishap}`)
  switch (mishap) {
    case 'lose connection':
      return viewer.loseConnection()
    case 'leave':
      viewer.leave()
      return void clock.after(random.between(0, random.pick([20, 3_000])), () => viewer.come())
    case 'reload':
      return viewer.reload()
    case 'stop reading':
      viewer.stopReading()
      return void clock.after(random.between(0, 3_000), () => viewer.readOn())
  }
}

/** A node goes, in one way or the other, and another one comes in its place. */
function replaceNode(world: World, how: 'crash' | 'stop'): void {
  const node = world.pickNode()
  if (!node || node.stopping) return
  world.problems.note(() => `${node.process.name}: ${how}`)
  world.figures.count(how)
  if (how === 'crash') node.process.end()
  else void node.stop(1_000)
  world.clock.after(world.random.between(0, 2_000), () => world.startNode())
}

const hourMs = 3_600_000

/** One node goes by another time of day from then on. */
function setClock(world: World): void {
  const { random, problems, figures } = world
  const node = world.pickNode()
  const byMs = random.pick([-hourMs, hourMs])
  problems.note(() => `${node?.process.name}: its clock is set by ${byMs} ms`)
  figures.count('clocks set')
  node?.process.setClock(byMs)
}
