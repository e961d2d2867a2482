import type { Clock, Random } from '../domain/time.ts'
import type { EventReader } from '../store/store.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { RealtimeOptions } from './options.ts'
import type { Placement } from './placement.ts'
import type { Replays } from './replays.ts'

/** What the channels of a node stand on; a simulation hands in its own. */
export interface RealtimeWorld {
  reader: EventReader
  replays: Replays
  placement: Placement
  clock: Clock
  random: Random
  metrics: RealtimeMetrics
  options: RealtimeOptions
  /** Told of what should not happen: a store that does not answer, a mistake of ours. For the log. */
  report(error: unknown): void
}
