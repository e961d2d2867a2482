import type { IncidentFigures } from './dispatched/incident.ts'
import type { Moments } from './dispatched/timeline.ts'
import type { ModeFigures } from './modes/mode-figures.ts'
import type { SimulationPlan } from './options.ts'
import type { ReplacementFigures } from './replace/replacement.ts'
import type { Happening } from './world/calendar.ts'

export interface Target {
  name: string
  wanted: string
  found: string
  met: boolean
}

export interface RegistryFigures {
  viewers: number
  /** Load reports, and documents: the assignment, and the loads of what is spread. */
  reportsPerSecond: number
  documentsPerSecond: number
}

/** What was found. Plain JSON. */
export interface SimulationReport {
  /** Every target is met. */
  ok: boolean
  targets: Target[]
  plan: SimulationPlan
  assumptions: Record<string, number>
  world: { commentsPerSecond: number; joinsPerSecond: number; liveVideosEndPerSecond: number }
  modes: ModeFigures[]
  happenings: Happening[]
  moments: Moments
  /** Busiest node ÷ mean: while nothing happened in the minute before, and at any time. */
  imbalance: { atRestMedian: number; atRestMax: number; median: number; max: number }
  waste: { atRest: number; max: number }
  /** What keeping the balance moves, while nothing happened in the minute before. */
  balance: { slotsMovedPerMinute: number; viewersMovedPerSecond: number }
  incidents: Omit<IncidentFigures, 'heirs'>[]
  replacements: { seating: ModeFigures['seating']; figures: ReplacementFigures }[]
  registry: RegistryFigures[]
  /** What a row per viewer would cost instead: one write when a viewer comes, one when it goes. */
  rowPerViewerWritesPerSecond: number
  assignmentBytes: number
  /** Of this machine and run: the only figures that another run with the same seed does not repeat. */
  measured: { nextAssignmentMs: { median: number; max: number }; elapsedSeconds: number }
}
