import type { LiveVideoId } from '../domain/live-video.ts'

/** Into how many shares the live videos fall. Fixed: nodes that disagreed about it would disagree about everything. */
export const slotCount = 4_096

/** A number in [0, slotCount) that depends on the id alone: FNV-1a, its bits mixed once more (as MurmurHash3 ends). */
export function slotOf(liveVideoId: LiveVideoId): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < liveVideoId.length; index++)
    hash = Math.imul(hash ^ liveVideoId.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) & (slotCount - 1)
}
