import type { Kind, Mix, PerKind } from '../kinds.ts'
import type { Outcome } from '../load/plan.ts'

/** What one load did to one server. */
export interface Step {
  mix: Mix
  /** Times what the server can take. */
  factor: number
  outcomes: PerKind<Outcome>
  loadShare: number
  /** The most that the server's process held. */
  residentBytes: number
  recoveredMs: number | null
}

/** What the server takes of a kind when it is asked for nothing else, and never for more than it can. */
export interface Capacity {
  kind: Kind
  perSecond: number
  /** Twice the time that 99 of 100 took at half of it, a quarter of a second at least: what is answered within it is in time. */
  deadlineMs: number
}

export interface OverloadResults {
  startedAt: string
  cores: number
  notPinned: string | null
  secondsPerStep: number
  /** What the server's process held before any load. */
  restingBytes: number
  capacities: Capacity[]
  steps: Step[]
  faults: string[]
}
