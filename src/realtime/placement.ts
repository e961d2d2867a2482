import type { LiveVideoId } from '../domain/live-video.ts'
import type { Cancel } from '../domain/time.ts'

/** Which live videos belong on this node, and how many of their viewers. */
export interface Placement {
  /** The viewers of a live video that may stay here: all (Infinity), none, or a part of one that several nodes share. */
  shareOf(liveVideoId: LiveVideoId): number
  /** All viewers of a live video that several nodes share, as last reported; 0 for any other. */
  viewersOf(liveVideoId: LiveVideoId): number
  /** Whether several nodes serve it. */
  isShared(liveVideoId: LiveVideoId): boolean
  /** Calls `listener` when live videos may belong elsewhere than before. */
  onChange(listener: () => void): Cancel
}

/** Without a dispatcher every viewer stays on the node to which it comes. */
export const anywhere: Placement = {
  shareOf: () => Number.POSITIVE_INFINITY,
  viewersOf: () => 0,
  isShared: () => false,
  onChange: () => () => {},
}
