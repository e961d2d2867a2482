import type { LiveVideoId } from '../domain/live-video.ts'
import { slotOf } from '../placement/slots.ts'
import type { NodeLoad } from '../registry/registry.ts'

/** Enough to see what makes a node heavy. */
const liveVideosReported = 20

interface Watched {
  liveVideoId: LiveVideoId
  viewers: number
}

/**
 * The part of a node's load that follows from its viewers.
 * @param isShared whether several nodes serve the live video: then it is reported however few viewers it has here
 */
export function watchedLoad(
  watched: Watched[],
  isShared: (liveVideoId: LiveVideoId) => boolean,
): Pick<NodeLoad, 'viewers' | 'liveVideos' | 'slots'> {
  const bySlot = new Map<number, number>()
  let viewers = 0
  for (const one of watched) {
    const slot = slotOf(one.liveVideoId)
    bySlot.set(slot, (bySlot.get(slot) ?? 0) + one.viewers)
    viewers += one.viewers
  }
  const slots = [...bySlot].map(([slot, viewers]) => ({ slot, viewers }))
  const [largest, others] = mostWatched(watched, liveVideosReported)
  const shared = others.filter(({ liveVideoId }) => isShared(liveVideoId))
  return { viewers, liveVideos: [...largest, ...shared], slots: mostWatched(slots, slots.length)[0] }
}

/** The `count` most watched, most first, and all others that have viewers. */
function mostWatched<One extends { viewers: number }>(ones: One[], count: number): [One[], One[]] {
  const sorted = ones.filter(({ viewers }) => viewers > 0).sort((a, b) => b.viewers - a.viewers)
  return [sorted.slice(0, count), sorted.slice(count)]
}
