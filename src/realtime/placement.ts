import type { LiveVideoId } from '../domain/live-video.ts'
import type { Cancel } from '../domain/time.ts'

/** What a realtime node is told of where live videos belong. */
export interface Placement {
  /** The viewers of a live video that may stay here: all (Infinity), none, or a part of one that several nodes share. */
  shareOf(liveVideoId: LiveVideoId): number
  /** The viewers of a live video that several nodes share, all together as last told; 0 for any other. */
  viewersOf(liveVideoId: LiveVideoId): number
  /** Whether several nodes serve it. */
  isShared(liveVideoId: LiveVideoId): boolean
  /** Calls `listener` when live videos may belong elsewhere than before. */
  onChange(listener: () => void): Cancel
}

/** Without a dispatcher everything belongs where it comes: a Layer 7 load balancer keeps viewers together, or nobody does. */
export const anywhere: Placement = {
  shareOf: () => Number.POSITIVE_INFINITY,
  viewersOf: () => 0,
  isShared: () => false,
  onChange: () => () => {},
}
