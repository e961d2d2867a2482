import type { LiveVideoId } from '../domain/live-video.ts'
import { slotOf } from '../placement/slots.ts'
import type { NodeLoad } from '../registry/registry.ts'

/** Enough to see what makes a node heavy; a report stays a few KB however much it carries. */
const liveVideosReported = 20
const slotsReported = 64

interface Watched {
  liveVideoId: LiveVideoId
  viewers: number
}

/** The part of a node's load that follows from who watches what. */
export function watchedLoad(watched: Watched[]): Pick<NodeLoad, 'viewers' | 'liveVideos' | 'slots'> {
  const bySlot = new Map<number, number>()
  let viewers = 0
  for (const one of watched) {
    const slot = slotOf(one.liveVideoId)
    bySlot.set(slot, (bySlot.get(slot) ?? 0) + one.viewers)
    viewers += one.viewers
  }
  const slots = [...bySlot].map(([slot, viewers]) => ({ slot, viewers }))
  return {
    viewers,
    liveVideos: mostWatched(watched, liveVideosReported),
    slots: mostWatched(slots, slotsReported),
  }
}

const mostWatched = <One extends { viewers: number }>(ones: One[], count: number): One[] =>
  ones
    .filter(({ viewers }) => viewers > 0)
    .sort((a, b) => b.viewers - a.viewers)
    .slice(0, count)
