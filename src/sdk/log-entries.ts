import type { Comment, CommentId } from '../domain/comment.ts'
import type { GapReason } from '../protocol/stream-events.ts'

/** A comment that the server has stored. */
export interface CommentEntry {
  kind: 'comment'
  /** Stays the same from the moment an own comment is shown, so that its row is never drawn anew. */
  key: string
  comment: Comment
  /** Pass as `before` for what is older than this; null where the server gave none. */
  cursor: string | null
}

/** Why there is a hole that can be filled; a sample has none, only less. */
export type LossReason = Exclude<GapReason, 'rate'>

/** A place where events were left out on purpose. */
export interface GapEntry {
  kind: 'gap'
  key: string
  missed: number
  reason: LossReason
  /** The last sequence number before the gap. */
  afterSeq: number
}

/** In the order of the log: comments by sequence number, each gap after the comment that it follows. */
export type LogEntries = readonly (CommentEntry | GapEntry)[]

const orderOf = (entry: CommentEntry | GapEntry): number =>
  entry.kind === 'comment' ? entry.comment.seq : entry.afterSeq + 0.5

export function lastSeq(entries: LogEntries): number {
  const last = entries.at(-1)
  if (!last) return 0
  return last.kind === 'comment' ? last.comment.seq : last.afterSeq
}

/** The first index whose entry comes at or after `order`. Searched from the end for what is newest, as most is. */
function indexAt(entries: LogEntries, order: number): number {
  let low = 0
  let high = entries.length
  const last = entries.at(-1)
  if (!last || orderOf(last) < order) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    const entry = entries[middle]
    if (entry && orderOf(entry) < order) low = middle + 1
    else high = middle
  }
  return low
}

export function findComment(entries: LogEntries, { id, seq }: Comment): CommentEntry | null {
  for (let index = indexAt(entries, seq); index < entries.length; index++) {
    const entry = entries[index]
    if (!entry || orderOf(entry) !== seq) return null
    if (entry.kind === 'comment' && entry.comment.id === id) return entry
  }
  return null
}

export function findById(entries: LogEntries, id: CommentId): CommentEntry | null {
  const found = entries.findLast((entry) => entry.kind === 'comment' && entry.comment.id === id)
  return found?.kind === 'comment' ? found : null
}

/** Puts an entry in its place. A comment that is there already stays as it is. */
export function insertComment(entries: LogEntries, entry: CommentEntry): LogEntries {
  if (findComment(entries, entry.comment)) return entries
  return entries.toSpliced(indexAt(entries, entry.comment.seq), 0, entry)
}

/** Notes a gap after the newest entry; two gaps without a comment between them are one. */
export function appendGap(entries: LogEntries, missed: number, reason: LossReason): LogEntries {
  const last = entries.at(-1)
  if (last?.kind === 'gap') return entries.with(-1, { ...last, missed: last.missed + missed, reason })
  const afterSeq = lastSeq(entries)
  return [...entries, { kind: 'gap', key: `gap-${afterSeq}`, missed, reason, afterSeq }]
}

export const removeById = (entries: LogEntries, id: CommentId): LogEntries =>
  entries.some((entry) => entry.kind === 'comment' && entry.comment.id === id)
    ? entries.filter((entry) => entry.kind !== 'comment' || entry.comment.id !== id)
    : entries

/** The cursor to ask for older comments with; null when no entry has one. */
export function oldestCursor(entries: LogEntries): string | null {
  for (const entry of entries) if (entry.kind === 'comment' && entry.cursor !== null) return entry.cursor
  return null
}
