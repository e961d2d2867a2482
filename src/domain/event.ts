import type { Comment, CommentId } from './comment.ts'
import type { LiveVideoId, Settings } from './live-video.ts'
import type { Epoch } from './position.ts'

/** What happened to a live video's comments. */
export type EventBody =
  | { type: 'comment.created'; comment: Comment }
  | { type: 'comment.removed'; commentId: CommentId; commentSeq: number }
  | { type: 'comment.pinned'; commentId: CommentId | null }
  | { type: 'settings.changed'; settings: Settings }
  /** What is left of a `comment.created` once its comment was removed: the sequence number. No viewer sees it. */
  | { type: 'comment.erased' }

/** One entry of a live video's event log. Sequence numbers begin at 1 and have no holes. */
export type LiveVideoEvent = EventBody & {
  liveVideoId: LiveVideoId
  epoch: Epoch
  seq: number
  /** Milliseconds since 1970. */
  at: number
}
