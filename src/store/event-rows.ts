import type { Comment } from '../domain/comment.ts'
import type { EventBody, LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId, Settings } from '../domain/live-video.ts'

export interface EventRow {
  seq: number
  at: number
  type: LiveVideoEvent['type']
  data: string
}

/** What of an event stands in the `data` column: all that its own columns do not say. */
export function dataOf(event: EventBody): unknown {
  switch (event.type) {
    case 'comment.created':
      return event.comment
    case 'comment.removed':
      return { commentId: event.commentId, commentSeq: event.commentSeq }
    case 'comment.pinned':
      return { commentId: event.commentId }
    case 'settings.changed':
      return event.settings
    case 'comment.erased':
      return {}
  }
}

export function toEvent(liveVideoId: LiveVideoId, epoch: string, row: EventRow): LiveVideoEvent {
  const { seq, at, type } = row
  return { liveVideoId, epoch, seq, at, ...toBody(type, JSON.parse(row.data)) }
}

function toBody(type: LiveVideoEvent['type'], data: unknown): EventBody {
  switch (type) {
    case 'comment.created':
      return { type, comment: data as Comment }
    case 'settings.changed':
      return { type, settings: data as Settings }
    default:
      return { type, ...(data as object) } as EventBody
  }
}
