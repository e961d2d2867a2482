import { assumptions } from './assumptions.ts'
import { Timeline, type TimelineFigures } from './dispatched/timeline.ts'
import { anywhere } from './modes/anywhere.ts'
import { dispatchedNow } from './modes/dispatched.ts'
import { hashOf, HashRing } from './modes/hash-ring.ts'
import { Hashed } from './modes/hashed.ts'
import type { ModeFigures } from './modes/mode-figures.ts'
import { allComments, type Watched } from './modes/watched.ts'
import { planSimulation, type SimulationOptions, type SimulationPlan } from './options.ts'
import { SeededRandom } from './random.ts'
import { type Loss, replace } from './replace/replacement.ts'
import type { RegistryFigures, SimulationReport } from './report.ts'
import { findTargets } from './targets.ts'
import { imbalanceOf, restOf, wasteOf } from './rest.ts'
import type { Audience } from './world/audience.ts'

export { formatReport } from './print/format-report.ts'
export { drawReport } from './chart/draw-report.ts'
export { type SimulationOptions, SimulationOptionsError, simulationOptions } from './options.ts'
export type { SimulationReport } from './report.ts'

/** The second run, to see what depends on the number of viewers, has this part of them. */
const fewerViewers = 0.1

/**
 * Simulates a cluster of the given size in every mode and reports what its nodes receive, carry and move. The same seed
 * gives the same report, but for `measured`.
 * @throws SimulationOptionsError when the options cannot be used
 */
export function runSimulation(
  options: SimulationOptions,
  progress: (text: string) => void = () => {},
): SimulationReport {
  const startedAt = performance.now()
  const plan = planSimulation(options)
  const main = liveThrough(plan, (done) => progress(`with the Dispatcher: ${percent(done)}`))
  const fewer = { ...plan, viewers: plan.viewers * fewerViewers, mega: plan.mega * fewerViewers }
  const second = liveThrough(fewer, (done) => progress(`again with a tenth of the viewers: ${percent(done)}`))
  return report(plan, main, registryFigures(fewer, second), startedAt)
}

interface Life {
  figures: TimelineFigures
  /** At rest. */
  dispatched: Omit<ModeFigures, 'registryWritesPerSecond'>
  watched: Watched
  computedMs: number[]
}

function liveThrough(plan: SimulationPlan, progress: (done: number) => void): Life {
  const timeline = new Timeline(plan)
  let atRest: Pick<Life, 'dispatched' | 'watched'> | null = null
  const figures = timeline.run(() => {
    atRest = { dispatched: dispatchedNow(timeline.cluster), watched: watch(timeline.audience) }
  }, progress)
  if (atRest === null) throw new Error('the simulation had no moment of rest')
  return { figures, ...(atRest as Pick<Life, 'dispatched' | 'watched'>), computedMs: timeline.cluster.computedMs }
}

function watch(audience: Audience): Watched {
  const hashes = Uint32Array.from({ length: audience.count }, (_, video) => hashOf(audience.idOf(video)))
  return { viewers: audience.viewers.slice(), hashes }
}

function report(
  plan: SimulationPlan,
  { figures, dispatched, watched, computedMs }: Life,
  fewer: RegistryFigures,
  startedAt: number,
): SimulationReport {
  const random = new SeededRandom(plan.seed + 3)
  const hashed = new Hashed(watched, plan.nodes)
  const registry = [fewer, registryFigures(plan, { figures })]
  const viewers = watched.viewers.reduce((sum, count) => sum + count, 0)
  const { happenings, moments, incidents, assignmentBytes } = figures
  const rest = restOf(happenings, moments)
  const found = {
    plan,
    assumptions,
    world: {
      commentsPerSecond: allComments(watched),
      joinsPerSecond: viewers / assumptions.staySeconds,
      liveVideosEndPerSecond: plan.videos / (assumptions.liveVideoMinutes * 60),
    },
    modes: [
      { ...dispatched, registryWritesPerSecond: writesOf(registry[1]) },
      ...hashed.modes(),
      ...anywhere(watched, plan.nodes, random),
    ],
    happenings,
    moments,
    imbalance: imbalanceOf(moments, rest),
    waste: wasteOf(moments, rest),
    incidents: incidents.map(({ heirs: _, ...incident }) => incident),
    replacements: [
      { seating: 'dispatcher', figures: replace(dispatcherLoss(plan, figures, viewers), random) },
      { seating: 'hash', figures: replace(hashLoss(plan, hashed, viewers), random) },
      { seating: 'anywhere', figures: replace(anywhereLoss(plan, viewers), random) },
    ] satisfies SimulationReport['replacements'],
    registry,
    rowPerViewerWritesPerSecond: (2 * viewers) / assumptions.staySeconds,
    assignmentBytes,
  }
  const targets = findTargets(found)
  const sorted = computedMs.toSorted((a, b) => a - b)
  const nextAssignmentMs = { median: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 }
  const measured = { nextAssignmentMs, elapsedSeconds: (performance.now() - startedAt) / 1_000 }
  return { ok: targets.every(({ met }) => met), targets, ...found, measured }
}
