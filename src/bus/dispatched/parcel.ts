import type { LiveVideoEvent } from '../../domain/event.ts'

/** One event on its way; the links that carry it share it. */
export interface Parcel {
  event: LiveVideoEvent
  /** About as many bytes as it takes on the wire. */
  bytes: number
  /** By the clock's `elapsed`. */
  publishedAt: number
  /** URLs of the nodes that have it, or whose link does. */
  addressed: Set<string>
}

const bytesBesideText = 512

export const parcelOf = (event: LiveVideoEvent, publishedAt: number): Parcel => ({
  event,
  bytes: bytesBesideText + (event.type === 'comment.created' ? Buffer.byteLength(event.comment.text) : 0),
  publishedAt,
  addressed: new Set(),
})
