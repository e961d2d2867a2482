import type { Comment, CommentId } from '../domain/comment.ts'
import { type Draft, type DraftStatus, looksLike } from './draft.ts'
import type { Failure } from './failure.ts'
import {
  appendGap,
  type CommentEntry,
  findById,
  findComment,
  type GapEntry,
  insertComment,
  type LogEntries,
  type LossReason,
  lastSeq,
  removeById,
} from './log-entries.ts'
import { type Sample, sampled } from './sample.ts'

/** What a page shows of one live video's comments. Never changed in place. */
export interface CommentList {
  entries: LogEntries
  /** Own comments without an answer, in the order in which they were written. */
  drafts: readonly Draft[]
  /** The newest of the removed, so that a late answer or an older page doesn't bring one back. */
  removedIds: readonly CommentId[]
  /** What was left out last because a sample is shown; null: nothing so far. */
  sample: Sample | null
  /** Nothing is older than the first entry. */
  reachedStart: boolean
  /** While held, `heldMax` entries are kept instead of `entriesMax`: someone is reading the older ones. */
  held: boolean
  bounds: ListBounds
}

export interface ListBounds {
  entriesMax: number
  heldMax: number
  draftsMax: number
}

export type ListEntry = CommentEntry | GapEntry | Draft

export type ListAction =
  | { type: 'arrived'; comment: Comment; cursor: string | null }
  | { type: 'removed'; commentId: CommentId }
  | { type: 'missed'; missed: number; reason: LossReason }
  | { type: 'sampled'; missed: number; now: number }
  | { type: 'olderLoaded'; comments: readonly Comment[]; before: string | null }
  | { type: 'gapLoaded'; key: string; comments: readonly Comment[]; before: string | null }
  | { type: 'reset' }
  | { type: 'held'; held: boolean }
  | { type: 'drafted'; draft: Omit<Draft, 'kind' | 'afterSeq' | 'status' | 'claimed'> }
  | { type: 'statusChanged'; key: string; status: DraftStatus }
  | { type: 'accepted'; key: string; comment: Comment }
  | { type: 'discarded'; key: string }

const removedIdsMax = 1_000
export const defaultBounds: ListBounds = Object.freeze({ entriesMax: 500, heldMax: 2_000, draftsMax: 20 })

export const emptyList = (bounds: ListBounds = defaultBounds): CommentList => ({
  entries: [],
  drafts: [],
  removedIds: [],
  sample: null,
  reachedStart: false,
  held: false,
  bounds,
})

/** Everything to show, oldest first; own comments without an answer stand last. */
export const entriesOf = (list: CommentList): readonly ListEntry[] => [
  ...list.entries,
  ...list.drafts.filter((draft) => draft.claimed === null),
]

/** Pure. Any order of stream events, answers and repeats ends in the same list. */
export function reduceList(list: CommentList, action: ListAction): CommentList {
  switch (action.type) {
    case 'arrived':
      return trimmed(arrived(list, action.comment, action.cursor))
    case 'removed':
      return removed(list, action.commentId)
    case 'missed':
      return trimmed({ ...list, entries: appendGap(list.entries, action.missed, action.reason) })
    case 'sampled':
      return { ...list, sample: sampled(list.sample, action.missed, action.now) }
    case 'olderLoaded':
      return olderLoaded(list, action.comments, action.before)
    case 'gapLoaded':
      return gapLoaded(list, action.key, action.comments, action.before)
    case 'reset':
      return { ...list, entries: [], sample: null, reachedStart: false, drafts: list.drafts.map(freed) }
    case 'held':
      return list.held === action.held ? list : trimmed({ ...list, held: action.held })
    case 'drafted':
      return drafted(list, action.draft)
    case 'statusChanged':
      return statusChanged(list, action.key, action.status)
    case 'accepted':
      return trimmed(accepted(list, action.key, action.comment))
    case 'discarded':
      return { ...list, drafts: list.drafts.filter(({ key }) => key !== action.key) }
  }
}

// A new log counts from 1 again, and what was streamed of the old one is gone from the screen.
const freed = (draft: Draft): Draft => ({ ...draft, afterSeq: 0, claimed: null })

function trimmed(list: CommentList): CommentList {
  const max = list.held ? list.bounds.heldMax : list.bounds.entriesMax
  if (list.entries.length <= max) return list
  return { ...list, entries: list.entries.slice(-max), reachedStart: false }
}

function insert(list: CommentList, key: string, comment: Comment, cursor: string | null): CommentList {
  return { ...list, entries: insertComment(list.entries, { kind: 'comment', key, comment, cursor }) }
}

const isKnown = (list: CommentList, comment: Comment): boolean =>
  list.removedIds.includes(comment.id) || findComment(list.entries, comment) !== null

function arrived(list: CommentList, comment: Comment, cursor: string | null): CommentList {
  if (isKnown(list, comment)) return list
  const draft = list.drafts.find((candidate) => looksLike(candidate, comment))
  if (!draft) return insert(list, comment.id, comment, cursor)
  // A draft that was given up for want of an answer has its answer now.
  const drafts =
    draft.status.kind === 'failed' ? without(list, draft) : replaced(list, { ...draft, claimed: comment.id })
  return insert({ ...list, drafts }, draft.key, comment, cursor)
}

function removed(list: CommentList, commentId: CommentId): CommentList {
  if (list.removedIds.includes(commentId)) return list
  return {
    ...list,
    entries: removeById(list.entries, commentId),
    removedIds: [...list.removedIds, commentId].slice(-removedIdsMax),
  }
}

/** Newest first, as a page comes. The page's own cursor belongs to the oldest of them. */
function withPage(list: CommentList, comments: readonly Comment[], before: string | null): CommentList {
  const oldest = comments.at(-1)
  return comments.reduce(
    (filled, comment) =>
      isKnown(filled, comment)
        ? filled
        : insert(filled, comment.id, comment, comment === oldest ? before : null),
    list,
  )
}

function olderLoaded(list: CommentList, comments: readonly Comment[], before: string | null): CommentList {
  const filled = trimmed(withPage({ ...list, held: true }, comments, before))
  const lost = comments.some((comment) => !isKnown(filled, comment))
  return { ...filled, reachedStart: before === null && !lost }
}

function gapLoaded(
  list: CommentList,
  key: string,
  page: readonly Comment[],
  before: string | null,
): CommentList {
  const gap = list.entries.find((entry) => entry.key === key)
  if (gap?.kind !== 'gap') return list
  const comments = page.filter(({ seq }) => seq > gap.afterSeq)
  const closed = before === null || comments.length < page.length || comments.length === 0
  const missed = Math.max(1, gap.missed - comments.length)
  const entries = closed
    ? list.entries.filter((entry) => entry !== gap)
    : list.entries.map((entry) => (entry === gap ? { ...gap, missed } : entry))
  // A page that reached over the gap ends among what is known: its cursor belongs to none of the new ones.
  const cursor = closed ? null : before
  return trimmed(withPage({ ...list, entries, held: true }, comments, cursor))
}

const without = (list: CommentList, draft: Draft) => list.drafts.filter((other) => other !== draft)
const replaced = (list: CommentList, draft: Draft) =>
  list.drafts.map((other) => (other.key === draft.key ? draft : other))

function drafted(
  list: CommentList,
  draft: Omit<Draft, 'kind' | 'afterSeq' | 'status' | 'claimed'>,
): CommentList {
  const made: Draft = {
    ...draft,
    kind: 'draft',
    afterSeq: lastSeq(list.entries),
    status: { kind: 'pending', wait: null },
    claimed: null,
  }
  return { ...list, drafts: [...roomForOne(list), made] }
}

/** What failed long ago makes room; what is still on its way never does. */
function roomForOne({ drafts, bounds }: CommentList): readonly Draft[] {
  if (drafts.length < bounds.draftsMax) return drafts
  const oldest = drafts.find(({ status }) => status.kind === 'failed')
  return drafts.filter((draft) => draft !== oldest)
}

function statusChanged(list: CommentList, key: string, status: DraftStatus): CommentList {
  const draft = list.drafts.find((candidate) => candidate.key === key)
  if (!draft) return list
  if (draft.claimed === null || status.kind === 'pending')
    return { ...list, drafts: replaced(list, { ...draft, status }) }
  if (mayBeStored(status.failure)) return { ...list, drafts: without(list, draft) }
  const unclaimed = unclaim(list, draft.claimed)
  return { ...unclaimed, drafts: replaced(list, { ...draft, status, claimed: null }) }
}

// The stream showed it, and no answer says that it was refused: so it was stored.
const mayBeStored = (failure: Failure): boolean => !failure.refused

/** The guess was wrong: that comment was written elsewhere, and gets a key of its own. */
function unclaim(list: CommentList, commentId: CommentId): CommentList {
  const guessed = findById(list.entries, commentId)
  const entries = list.entries.map((entry) => (entry === guessed ? { ...guessed, key: commentId } : entry))
  return { ...list, entries }
}

function accepted(list: CommentList, key: string, comment: Comment): CommentList {
  const draft = list.drafts.find((candidate) => candidate.key === key)
  const settled = draft ? { ...list, drafts: without(list, draft) } : list
  if (isKnown(settled, comment)) return settled
  const free = draft && draft.claimed === null
  return insert(settled, free ? key : comment.id, comment, null)
}
