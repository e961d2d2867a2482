import type { Comment, CommentId } from '../domain/comment.ts'
import type { Settings } from '../domain/live-video.ts'

/** Every event of a stream, by name, with the shape of its data. Those of the log carry an `id:`, the others none. */
export interface StreamEvents {
  'comment.created': Comment
  'comment.removed': { seq: number; at: number; commentId: CommentId }
  /** `commentId` null: unpinned. */
  'comment.pinned': { seq: number; at: number; commentId: CommentId | null }
  'settings.changed': { seq: number; at: number } & Settings
  /** How many are watching now. */
  viewers: { viewers: number }
  /** Events left out on purpose; `missed` of them. Load the history to see them. */
  gap: { missed: number; reason: GapReason }
  /** The log is not the one that the position came from: forget what is shown and load the history again. */
  reset: { position: string }
  /** The token has expired and the stream ends; come back with a new one. */
  'auth.expired': Record<string, never>
}

export type StreamEventName = keyof StreamEvents

/**
 * `slow_viewer`: the connection did not keep up. `too_far_behind`: the position is older than what is replayed.
 * `rate`: a sample is shown, because the viewer asked for one, or the server chose one on a hot live video; many such
 * come in a row.
 */
export type GapReason = 'slow_viewer' | 'too_far_behind' | 'rate'
