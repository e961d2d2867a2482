import type { IdleRun } from '../runs/idle.ts'
import type { JoinRun } from '../runs/join.ts'
import type { WatchRun } from '../runs/watch.ts'

export interface FanOutResults {
  /** ISO 8601. */
  startedAt: string
  cores: number
  /** Why server and load were not kept on a core each; null when they were. */
  notPinned: string | null
  scale: number
  watched: WatchRun[]
  idle: IdleRun[]
  joined: JoinRun[]
  faults: string[]
}
