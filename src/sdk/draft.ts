import type { Author, Comment, CommentId } from '../domain/comment.ts'
import type { Failure } from './failure.ts'

/** What is being waited for before the next attempt. */
export interface Wait {
  code: Failure['code']
  /** In `Clock.elapsed` time (a browser's `performance.now()`): setting the device's clock changes no wait. */
  until: number
}

export type DraftStatus =
  | { kind: 'pending'; wait: Wait | null }
  /** `retryAt`: before this (in `Clock.elapsed` time) another attempt is refused; null: at once. */
  | { kind: 'failed'; failure: Failure; retryAt: number | null }

/** An own comment whose fate the server has not told yet. */
export interface Draft {
  kind: 'draft'
  /** Also its Idempotency-Key, the same for every attempt. */
  key: string
  author: Author
  text: string
  replyTo?: CommentId
  offsetMs?: number
  createdAt: number
  /** The newest sequence number when it was written: what is older is not this comment. */
  afterSeq: number
  status: DraftStatus
  /** The streamed comment that is taken to be this one until the answer says so; null: none seen. */
  claimed: CommentId | null
}

/**
 * A streamed comment can overtake the answer that tells its id. The author and the text tell it then, so that an
 * own comment is never shown twice, not even for a moment; the answer puts a wrong guess right.
 */
export const looksLike = (draft: Draft, comment: Comment): boolean =>
  draft.claimed === null &&
  (draft.status.kind === 'pending' || !draft.status.failure.refused) &&
  comment.seq > draft.afterSeq &&
  comment.author.id === draft.author.id &&
  comment.text === draft.text
