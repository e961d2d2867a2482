import type { Author, Comment, ListEntry, Pinned } from '../../sdk/index.ts'
import { relativeTime } from '../shared/relative-time.ts'
import type { IdentityState } from './identity.ts'

/** All that a row's look depends on; the same values, the same row. */
export interface RowModel {
  entry: ListEntry
  /** Follows another of the same author at once: name and picture are not repeated. */
  grouped: boolean
  own: boolean
  mayRemove: boolean
  mayPin: boolean
  mayReply: boolean
  pinned: boolean
  /** The comment that this one answers, where it is still known. */
  target: Comment | null
  time: string
  /** Shown whole though it is long. */
  expanded: boolean
  /** Asked to remove it, not yet confirmed. */
  confirming: boolean
  /** A request about it is on its way. */
  busy: boolean
}

export interface RowContext {
  identity: IdentityState
  pinned: Pinned
  closed: boolean
  /** Where replied-to comments are looked up. */
  entries: readonly ListEntry[]
  expanded: ReadonlySet<string>
  confirming: string | null
  busy: ReadonlySet<string>
  now: number
}

/** Comments of one author within this stand together. */
const groupMs = 90_000

export function modelsOf(
  rows: readonly ListEntry[],
  before: ListEntry | null,
  context: RowContext,
): RowModel[] {
  let previous = before
  return rows.map((entry) => {
    const model = modelOf(entry, previous, context)
    previous = entry
    return model
  })
}

function modelOf(entry: ListEntry, previous: ListEntry | null, context: RowContext): RowModel {
  const { identity, closed, busy, expanded, confirming, now } = context
  const said = saidBy(entry)
  const own = entry.kind === 'draft' || (said !== null && said.author.id === authorIdOf(identity))
  const stored = entry.kind === 'comment'
  const moderates = identity.kind === 'signedIn' && identity.content.role !== 'viewer'
  return {
    entry,
    grouped: isGrouped(said, previous && saidBy(previous)),
    own,
    mayRemove: stored && (own || moderates),
    mayPin: stored && moderates,
    mayReply: stored && !closed && identity.kind !== 'signInNeeded',
    pinned: stored && isPinned(context.pinned, entry.comment),
    target: targetOf(entry, context.entries),
    time: isBeingSent(entry) ? 'sending…' : said ? relativeTime(said.createdAt, now) : '',
    expanded: expanded.has(entry.key),
    confirming: confirming === entry.key,
    busy: busy.has(stored ? entry.comment.id : entry.key),
  }
}

const isBeingSent = (entry: ListEntry): boolean => entry.kind === 'draft' && entry.status.kind === 'pending'

interface Said {
  author: Author
  createdAt: number
  replyTo?: string
}

const saidBy = (entry: ListEntry): Said | null => {
  if (entry.kind === 'gap') return null
  return entry.kind === 'comment' ? entry.comment : entry
}

const isGrouped = (said: Said | null, previous: Said | null): boolean =>
  said !== null &&
  previous !== null &&
  said.replyTo === undefined &&
  said.author.id === previous.author.id &&
  Math.abs(said.createdAt - previous.createdAt) < groupMs

const isPinned = (pinned: Pinned, comment: Comment): boolean =>
  pinned.kind === 'known' && pinned.comment.id === comment.id

const authorIdOf = (identity: IdentityState): string | null =>
  identity.kind === 'signedIn' ? identity.content.author.id : null

function targetOf(entry: ListEntry, entries: readonly ListEntry[]): Comment | null {
  const replyTo = saidBy(entry)?.replyTo
  if (replyTo === undefined) return null
  const target = entries.find((candidate) => candidate.kind === 'comment' && candidate.comment.id === replyTo)
  return target?.kind === 'comment' ? target.comment : null
}
