import type { Draft } from './draft.ts'

/** What one node can hand to another: a slot, or its part of a spread live video. */
export interface Piece {
  /** Who would have to move. */
  viewers: number
  /** What it adds to a node's load. */
  weight: number
  give(): void
}

/** The slots of `from`, to be given to `to`. */
export const slotsOf = (draft: Draft, from: number, to: number): Piece[] =>
  [...draft.slotsOf(from)].map((slot) => ({
    viewers: draft.viewersOfSlot(slot),
    weight: draft.weightOf(slot),
    give: () => draft.giveSlot(slot, to),
  }))

/** The parts that `from` has in spread live videos, to be given to `to`, which has none in them. */
export function partsOf(draft: Draft, from: number, to: number): Piece[] {
  const spread = [...draft.spread].filter(([, { nodes }]) => nodes.has(from) && !nodes.has(to))
  return spread.map(([liveVideoId, { nodes }]) => {
    const viewers = draft.viewersOf(liveVideoId) / nodes.size
    const others = [...nodes].filter((node) => node !== from)
    return { viewers, weight: viewers, give: () => draft.share(liveVideoId, new Set([...others, to])) }
  })
}
