import type { LiveVideoId } from '../domain/live-video.ts'
import { hashOf } from './hash.ts'

/** Into how many shares the live videos fall. Fixed: nodes that disagreed about it would disagree about everything. */
export const slotCount = 4_096

/** A number in [0, slotCount) that depends on the id alone. */
export const slotOf = (liveVideoId: LiveVideoId): number => hashOf(liveVideoId) % slotCount
