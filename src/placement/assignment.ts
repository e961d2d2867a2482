import type { LiveVideoId } from '../domain/live-video.ts'

/**
 * Which realtime node serves which live video: the one small document of the Dispatcher. Its size depends on the number
 * of nodes, not of viewers or live videos.
 */
export interface Assignment {
  /** One more with every change; of two assignments the higher one is right. */
  generation: number
  /** URLs of the realtime nodes that carry something. */
  nodes: string[]
  /** For each slot, the index of its node in `nodes`. */
  slots: number[]
  /** Live videos too large for one node: the indexes of the nodes that share each. They replace its slot's node. */
  spread: Record<LiveVideoId, number[]>
}

/** How many slots have another node in `next` than in `current`. */
export function movedSlots(current: Assignment, next: Assignment): number {
  const urlOf = ({ nodes, slots }: Assignment, slot: number) => nodes[slots[slot] ?? -1]
  return next.slots.filter((_, slot) => urlOf(next, slot) !== urlOf(current, slot)).length
}
