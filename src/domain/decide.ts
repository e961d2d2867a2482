import type { Actor, ChangeSettings, Command, CreateComment, RemoveComment } from './command.ts'
import type { Author, CommentId } from './comment.ts'
import type { ProblemCode } from './errors.ts'
import type { EventBody } from './event.ts'
import type { Settings } from './live-video.ts'

/** What stands in the store about a comment, its text aside. */
export interface CommentFacts {
  id: CommentId
  seq: number
  authorId: string
  removed: boolean
}

/** What a decision rests on, read in the transaction that will append. */
export interface Facts {
  /** The store's own clock, in milliseconds since 1970: one for all nodes. */
  at: number
  settings: Settings
  pinnedCommentId: CommentId | null
  /** The sequence number that the next event will have. */
  nextSeq: number
  /** The comment that this author stored under the command's idempotency key. */
  repeated: CommentFacts | null
  /** When this author last commented here, in milliseconds since 1970; asked for only while slow mode is on. */
  lastCommentAt: number | null
  /** The comment that the command names: to remove, to pin, or to reply to. */
  named: CommentFacts | null
}

export type Decision =
  | { kind: 'append'; bodies: EventBody[] }
  | { kind: 'repeat'; seq: number }
  | { kind: 'refuse'; code: ProblemCode; retryAfterMs: number | null }

/**
 * The rules of commenting, the same for every store. Pure: an adapter reads the facts, calls this, and appends,
 * all in one transaction, so that no two commands can slip past each other.
 */
export function decide(command: Command, facts: Facts): Decision {
  const forbidden = forbiddenToRole(command)
  if (forbidden) return refuse(forbidden)
  switch (command.kind) {
    case 'create':
      return decideCreate(command, facts)
    case 'remove':
      return decideRemove(command, facts)
    case 'change':
      return decideChange(command, facts)
  }
}

/** What the role in the token forbids, independent of the store: call it before a command waits for the store. */
export const forbiddenToRole = ({ kind, actor }: Command): ProblemCode | null =>
  kind === 'change' && !mayModerate(actor) ? 'not_allowed' : null

export const mayModerate = (actor: Actor): boolean => actor.role !== 'viewer'

const refuse = (code: ProblemCode, retryAfterMs: number | null = null): Decision => ({
  kind: 'refuse',
  code,
  retryAfterMs,
})

function decideCreate(command: CreateComment, facts: Facts): Decision {
  if (facts.repeated?.removed) return refuse('comment_removed')
  if (facts.repeated) return { kind: 'repeat', seq: facts.repeated.seq }
  if (facts.settings.closed) return refuse('comments_closed')
  const waitMs = slowModeWaitMs(command, facts)
  if (waitMs > 0) return refuse('slow_mode', waitMs)
  if (command.replyTo !== undefined && !facts.named) return refuse('unknown_reply_target')
  return { kind: 'append', bodies: [created(command, facts.nextSeq, facts.at)] }
}

function slowModeWaitMs(command: CreateComment, { settings, lastCommentAt, at }: Facts): number {
  if (settings.slowModeMs === null || lastCommentAt === null || mayModerate(command.actor)) return 0
  // A clock was set back: that is no reason to wait for it.
  if (lastCommentAt - at > settings.slowModeMs) return 0
  return Math.min(settings.slowModeMs, lastCommentAt + settings.slowModeMs - at)
}

/** What a comment becomes that is accepted as number `seq` of its log, at `createdAt` by the store's clock. */
export function created(command: CreateComment, seq: number, createdAt: number): EventBody {
  const { commentId: id, liveVideoId, text, offsetMs, replyTo } = command
  const author: Author = command.actor.author
  const optional = { ...(offsetMs !== undefined && { offsetMs }), ...(replyTo !== undefined && { replyTo }) }
  return { type: 'comment.created', comment: { id, seq, liveVideoId, author, text, createdAt, ...optional } }
}

function decideRemove({ actor, commentId }: RemoveComment, facts: Facts): Decision {
  const { named } = facts
  if (!named) return refuse('comment_not_found')
  if (named.authorId !== actor.author.id && !mayModerate(actor)) return refuse('not_allowed')
  if (named.removed) return { kind: 'append', bodies: [] }
  const removed: EventBody = { type: 'comment.removed', commentId, commentSeq: named.seq }
  const unpinned: EventBody = { type: 'comment.pinned', commentId: null }
  return { kind: 'append', bodies: facts.pinnedCommentId === commentId ? [removed, unpinned] : [removed] }
}

function decideChange(command: ChangeSettings, facts: Facts): Decision {
  const { closed, slowModeMs, pinnedCommentId } = command
  if (pinnedCommentId && (!facts.named || facts.named.removed)) return refuse('unknown_pin_target')
  const now = facts.settings
  const settings = {
    closed: closed ?? now.closed,
    slowModeMs: slowModeMs === undefined ? now.slowModeMs : slowModeMs,
  }
  const bodies: EventBody[] = []
  if (settings.closed !== now.closed || settings.slowModeMs !== now.slowModeMs)
    bodies.push({ type: 'settings.changed', settings })
  if (pinnedCommentId !== undefined && pinnedCommentId !== facts.pinnedCommentId)
    bodies.push({ type: 'comment.pinned', commentId: pinnedCommentId })
  return { kind: 'append', bodies }
}
