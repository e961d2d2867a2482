import type { Clock, Random } from '../domain/time.ts'
import type { EventReader } from '../store/store.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { RealtimeOptions } from './options.ts'
import type { Placement } from './placement.ts'
import type { Replays } from './replays.ts'

/** The dependencies of a node's channels; a simulation passes its own. */
export interface RealtimeWorld {
  reader: EventReader
  replays: Replays
  placement: Placement
  clock: Clock
  random: Random
  metrics: RealtimeMetrics
  options: RealtimeOptions
  /** Logs an error that should not happen: a store that does not answer, a bug. */
  report(error: unknown): void
}
