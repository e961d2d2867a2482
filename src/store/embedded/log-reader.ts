import type { DatabaseSync } from 'node:sqlite'
import type { Comment } from '../../domain/comment.ts'
import type { CommentFacts } from '../../domain/decide.ts'
import { defaultSettings, type LiveVideoId } from '../../domain/live-video.ts'
import { type EventRow, toEvent } from '../event-rows.ts'
import { newEpoch } from '../new-epoch.ts'
import {
  type CommentList,
  type CommentRange,
  commentPageBytesMax,
  type DatedHead,
  type EventPage,
  eventPageBytesMax,
  type Head,
  type LiveVideoState,
} from '../store.ts'
import { each, one } from './query.ts'
import { prepareStatements, type Statements } from './statements.ts'
import { findVideo, type VideoRow } from './video-rows.ts'

const noHead: Head = { epoch: null, seq: 0 }

/** What can be read of the event logs in one SQLite file; every method is synchronous. */
export class LogReader {
  protected readonly sql: Statements
  readonly #incarnation = newEpoch()

  constructor(database: DatabaseSync) {
    this.sql = prepareStatements(database)
  }

  readEvents(liveVideoId: LiveVideoId, afterSeq: number, limit: number): EventPage {
    const row = findVideo(this.sql, liveVideoId)
    if (!row) return { head: noHead, events: [] }
    const rows = this.#readPage(row.video, afterSeq, limit)
    return { head: headOf(row), events: rows.map((event) => toEvent(liveVideoId, row.epoch, event)) }
  }

  /** Fails when the file cannot be read. */
  probe(): void {
    findVideo(this.sql, '')
  }

  readHistoryStart(liveVideoId: LiveVideoId, count: number): number {
    const row = findVideo(this.sql, liveVideoId)
    if (!row || count === 0) return row?.head ?? 0
    const oldest = one<{ seq: number | null }>(this.sql.oldestOfNewest, row.video, count)?.seq
    return oldest ? oldest - 1 : row.head
  }

  readHeads(liveVideoIds: LiveVideoId[]): Map<LiveVideoId, DatedHead> {
    const heads = liveVideoIds.flatMap((id) => {
      const row = findVideo(this.sql, id)
      const at = row && this.#readAt(row.video, row.head)
      return row && at !== null ? [[id, { ...headOf(row), at, incarnation: this.#incarnation }] as const] : []
    })
    return new Map(heads)
  }

  readAt(liveVideoId: LiveVideoId, seq: number): number | null {
    const row = findVideo(this.sql, liveVideoId)
    return row && this.#readAt(row.video, seq)
  }

  readLiveVideo(liveVideoId: LiveVideoId): LiveVideoState {
    const row = findVideo(this.sql, liveVideoId)
    if (!row) return { head: noHead, headAt: null, settings: defaultSettings, pinnedComment: null }
    const pinned = row.pinned_comment_id === null ? null : this.findComment(row, row.pinned_comment_id)
    const pinnedComment = pinned && !pinned.removed ? this.#readComment(row.video, pinned.seq) : null
    const headAt = this.#readAt(row.video, row.head)
    return { head: headOf(row), headAt, settings: settingsOf(row), pinnedComment }
  }

  readComments(liveVideoId: LiveVideoId, range: CommentRange): CommentList {
    const row = findVideo(this.sql, liveVideoId)
    if (!row) return { head: noHead, comments: [], isFull: false }
    const ascending = range.kind === 'after'
    const from = range.kind === 'newest' ? Number.MAX_SAFE_INTEGER : range.seq
    const statement = ascending ? this.sql.commentsAfter : this.sql.commentsBefore
    const found = each<{ data: string }>(statement, row.video, from, range.limit)
    const { rows, isCut } = takeBytes(found, commentPageBytesMax)
    const comments = rows.map(({ data }) => JSON.parse(data) as Comment)
    return {
      head: headOf(row),
      comments: ascending ? comments.reverse() : comments,
      isFull: isCut || rows.length === range.limit,
    }
  }

  #readAt(video: number, seq: number): number | null {
    return one<EventRow>(this.sql.event, video, seq)?.at ?? null
  }

  #readPage(video: number, afterSeq: number, limit: number): EventRow[] {
    const found = each<EventRow>(this.sql.eventsAfter, video, afterSeq, limit)
    return takeBytes(found, eventPageBytesMax).rows
  }

  protected findComment(row: VideoRow, commentId: string): CommentFacts | null {
    return toFacts(one(this.sql.commentById, row.video, commentId))
  }

  #readComment(video: number, seq: number): Comment | null {
    const row = one<EventRow>(this.sql.event, video, seq)
    return row && (JSON.parse(row.data) as Comment)
  }
}

/** The first rows, up to the one with which they hold more than `bytesMax`. */
function takeBytes<Row extends { data: string }>(found: Iterable<Row>, bytesMax: number) {
  const rows: Row[] = []
  let bytes = 0
  for (const row of found) {
    rows.push(row)
    bytes += Buffer.byteLength(row.data)
    if (bytes > bytesMax) return { rows, isCut: true }
  }
  return { rows, isCut: false }
}

const headOf = (row: VideoRow): Head => ({ epoch: row.epoch, seq: row.head })

export const settingsOf = (row: VideoRow) => ({ closed: row.closed === 1, slowModeMs: row.slow_mode_ms })

interface CommentRow {
  comment_id: string
  seq: number
  author_id: string
  removed: number
}

export function toFacts(row: CommentRow | null): CommentFacts | null {
  return row && { id: row.comment_id, seq: row.seq, authorId: row.author_id, removed: row.removed === 1 }
}
