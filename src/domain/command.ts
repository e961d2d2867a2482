import type { Author, CommentId, Role } from './comment.ts'
import type { ProblemCode } from './errors.ts'
import type { LiveVideoEvent } from './event.ts'
import type { LiveVideoId } from './live-video.ts'

/** Who asks, as the token says. */
export interface Actor {
  author: Author
  role: Role
}

/** What someone asks to happen to the comments of one live video. The store decides and appends in one transaction. */
export type Command = CreateComment | RemoveComment | ChangeSettings

interface CommandBase {
  liveVideoId: LiveVideoId
  actor: Actor
}

export interface CreateComment extends CommandBase {
  kind: 'create'
  commentId: CommentId
  text: string
  offsetMs?: number
  replyTo?: CommentId
  /** The same key of the same author in the same live video never stores twice. */
  idempotencyKey?: string
}

export interface RemoveComment extends CommandBase {
  kind: 'remove'
  commentId: CommentId
}

export interface ChangeSettings extends CommandBase {
  kind: 'change'
  closed?: boolean
  slowModeMs?: number | null
  pinnedCommentId?: CommentId | null
}

/** What became of a command. */
export type Outcome =
  /** Stored; `events` in the order of the log. Empty when there was nothing to change. */
  | { kind: 'appended'; events: LiveVideoEvent[] }
  /** Its idempotency key was used before, for this event. */
  | { kind: 'repeated'; event: LiveVideoEvent }
  | { kind: 'refused'; code: ProblemCode; retryAfterMs: number | null }
