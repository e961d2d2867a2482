import type { Draft } from './draft.ts'

/** What one node can hand to another: a slot, or its part of a spread live video. */
export interface Piece {
  /** Who would have to move. */
  viewers: number
  /** What it adds to a node's load. */
  weight: number
  give(): void
}

/** What `from` could give to `to`. */
export function piecesOf(draft: Draft, from: number, to: number): Piece[] {
  const pieces: Piece[] = []
  for (const slot of draft.slotsOf(from))
    pieces.push({
      viewers: draft.viewersOfSlot(slot),
      weight: draft.weightOf(slot),
      give: () => draft.giveSlot(slot, to),
    })
  for (const [liveVideoId, { nodes }] of draft.spread) {
    if (!nodes.has(from) || nodes.has(to)) continue
    const viewers = draft.viewersOf(liveVideoId) / nodes.size
    const others = [...nodes].filter((node) => node !== from)
    pieces.push({
      viewers,
      weight: viewers,
      give: () => draft.share(liveVideoId, new Set([...others, to])),
    })
  }
  return pieces
}
