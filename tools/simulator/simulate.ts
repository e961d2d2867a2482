import { assumptions } from './assumptions.ts'
import { evennessFound, findTargets, median, writesPerSecond } from './findings.ts'
import { type Life, liveThrough } from './life.ts'
import { anywhere } from './modes/anywhere.ts'
import { Hashed } from './modes/hashed.ts'
import { allComments } from './modes/watched.ts'
import { planSimulation, type SimulationOptions, type SimulationPlan } from './options.ts'
import { SeededRandom } from './random.ts'
import { lossAnywhere, lossWithDispatcher, lossWithHash } from './replace/losses.ts'
import { replace } from './replace/replacement.ts'
import type { RegistryFigures, SimulationReport } from './report.ts'

export { type SimulationOptions, SimulationOptionsError, simulationOptions } from './options.ts'
export type { SimulationReport } from './report.ts'

/** The second life, to see what depends on the number of viewers, has this part of them. */
const fewerViewers = 0.1

/**
 * Simulates a cluster in every mode and reports what its nodes receive, carry and move. The same seed gives the same
 * report, but for `measured`.
 * @throws SimulationOptionsError when the options cannot be used
 */
export function runSimulation(
  options: SimulationOptions,
  progress: (text: string) => void = () => {},
): SimulationReport {
  const startedAt = performance.now()
  const plan = planSimulation(options)
  const told = (what: string) => (done: number) => progress(`${what}: ${Math.floor(done * 100)} %`)
  const life = liveThrough(plan, told('the cluster, second by second'))
  const fewer = { ...plan, viewers: plan.viewers * fewerViewers, mega: plan.mega * fewerViewers }
  const registry = [
    registryFigures(fewer, liveThrough(fewer, told('once more with a tenth of the viewers'))),
    registryFigures(plan, life),
  ]
  progress('the other modes')
  const found = { ...worldOf(plan, life), ...modesOf(plan, life), ...timelineOf(life), registry }
  const targets = findTargets(found)
  return {
    ok: targets.every(({ met }) => met),
    targets,
    ...found,
    measured: {
      nextAssignmentMs: { median: median(life.computedMs), max: Math.max(...life.computedMs) },
      elapsedSeconds: (performance.now() - startedAt) / 1_000,
    },
  }
}

const registryFigures = ({ viewers }: SimulationPlan, { figures }: Life): RegistryFigures => ({
  viewers,
  reportsPerSecond: figures.registryWritesPerSecond.reports,
  documentsPerSecond: figures.registryWritesPerSecond.documents,
})

function worldOf(plan: SimulationPlan, life: Life) {
  const joinsPerSecond = viewersOf(life) / assumptions.staySeconds
  return {
    plan,
    assumptions,
    world: {
      commentsPerSecond: allComments(life.watched),
      joinsPerSecond,
      liveVideosEndPerSecond: plan.videos / (assumptions.liveVideoMinutes * 60),
    },
    rowPerViewerWritesPerSecond: 2 * joinsPerSecond,
  }
}

function modesOf(plan: SimulationPlan, life: Life): Pick<SimulationReport, 'modes' | 'replacements'> {
  const random = new SeededRandom(plan.seed + 3)
  const hashed = new Hashed(life.watched, plan.nodes)
  const meanViewers = viewersOf(life) / plan.nodes
  const node = { nodeCount: plan.nodes, connectsPerSecond: meanViewers / assumptions.staySeconds }
  const registryWritesPerSecond = writesPerSecond(registryFigures(plan, life))
  return {
    modes: [
      { ...life.dispatched, registryWritesPerSecond },
      ...hashed.modes(),
      ...anywhere(life.watched, plan.nodes, random),
    ],
    replacements: [
      {
        seating: 'dispatcher',
        figures: replace(lossWithDispatcher(life.figures.incidents, node), random),
      },
      { seating: 'hash', figures: replace(lossWithHash(hashed, node), random) },
      { seating: 'anywhere', figures: replace(lossAnywhere(meanViewers, node), random) },
    ],
  }
}

function timelineOf({ figures: { happenings, moments, incidents, assignmentBytes } }: Life) {
  return {
    happenings,
    moments,
    ...evennessFound(happenings, moments),
    incidents: incidents.map(({ heirs: _, ...incident }) => incident),
    assignmentBytes,
  }
}

const viewersOf = ({ watched }: Life): number => watched.viewers.reduce((sum, count) => sum + count, 0)
