import type { LiveVideoId } from '../../domain/live-video.ts'
import { slotCount } from '../slots.ts'
import { type Draft, nobody } from './draft.ts'

/**
 * Gives what has no living node to the least loaded ones, the heaviest first (longest processing time first: Graham
 * 1969). Nothing else moves.
 * @returns whether there was anything
 */
export function placeLost(draft: Draft): boolean {
  const spread = [...draft.spread].filter(([, { nodes, size }]) => nodes.size < size).map(([id]) => id)
  for (const liveVideoId of spread) refill(draft, liveVideoId)
  const slots = Array.from({ length: slotCount }, (_, slot) => slot)
    .filter((slot) => draft.ownerOf(slot) === nobody)
    .sort((a, b) => draft.viewersOfSlot(b) - draft.viewersOfSlot(a) || a - b)
  for (const slot of slots) draft.giveSlot(slot, draft.leastLoaded())
  return spread.length + slots.length > 0
}

/** As many nodes as before, or all that there are. */
function refill(draft: Draft, liveVideoId: LiveVideoId): void {
  const { nodes, size } = draft.spread.get(liveVideoId) ?? { nodes: [], size: 0 }
  const kept = new Set(nodes)
  while (kept.size < Math.min(size, draft.urls.length)) kept.add(draft.leastLoaded(kept))
  if (kept.size > 1) draft.share(liveVideoId, kept)
  else draft.unshare(liveVideoId)
}
