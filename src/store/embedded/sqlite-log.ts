import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Command, Outcome } from '../../domain/command.ts'
import type { Comment } from '../../domain/comment.ts'
import { type CommentFacts, decide, type Facts } from '../../domain/decide.ts'
import type { EventBody, LiveVideoEvent } from '../../domain/event.ts'
import { defaultSettings, type LiveVideoId } from '../../domain/live-video.ts'
import {
  type CommentRange,
  type EventPage,
  eventPageBytesMax,
  type Head,
  type LiveVideoState,
} from '../store.ts'
import { dataOf, type EventRow, toEvent } from './event-rows.ts'
import { all, each, one } from './query.ts'
import { foldLog } from './schema.ts'
import { prepareStatements, type Statements } from './statements.ts'

interface VideoRow {
  video: number
  epoch: string
  head: number
  closed: number
  slow_mode_ms: number | null
  pinned_comment_id: string | null
}

const noHead: Head = { epoch: null, seq: 0 }

/** The event logs in one SQLite file; every method is synchronous. */
export class SqliteLog {
  readonly #database: DatabaseSync
  readonly #sql: Statements
  #hasErased = false

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#sql = prepareStatements(database)
  }

  append(commands: Command[]): Outcome[] {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const outcomes = commands.map((command) => this.#execute(command))
      this.#database.exec('COMMIT')
      return outcomes
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  readEvents(liveVideoId: LiveVideoId, afterSeq: number, limit: number): EventPage {
    const row = this.#findVideo(liveVideoId)
    if (!row) return { head: noHead, events: [] }
    const rows = this.#readPage(row.video, afterSeq, limit)
    return { head: headOf(row), events: rows.map((event) => toEvent(liveVideoId, row.epoch, event)) }
  }

  #readPage(video: number, afterSeq: number, limit: number): EventRow[] {
    const rows: EventRow[] = []
    let size = 0
    for (const row of each<EventRow>(this.#sql.eventsAfter, video, afterSeq, limit)) {
      rows.push(row)
      size += row.data.length
      if (size > eventPageBytesMax) break
    }
    return rows
  }

  readHistoryStart(liveVideoId: LiveVideoId, count: number): number {
    const row = this.#findVideo(liveVideoId)
    if (!row || count === 0) return row?.head ?? 0
    const oldest = one<{ seq: number | null }>(this.#sql.oldestOfNewest, row.video, count)?.seq
    return oldest ? oldest - 1 : row.head
  }

  readHeads(liveVideoIds: LiveVideoId[]): Map<LiveVideoId, Head> {
    const rows = liveVideoIds.map((id) => [id, this.#findVideo(id)] as const)
    return new Map(rows.flatMap(([id, row]) => (row ? [[id, headOf(row)] as const] : [])))
  }

  readLiveVideo(liveVideoId: LiveVideoId): LiveVideoState {
    const row = this.#findVideo(liveVideoId)
    if (!row) return { head: noHead, settings: defaultSettings, pinnedComment: null }
    const pinned = row.pinned_comment_id === null ? null : this.#findComment(row, row.pinned_comment_id)
    const pinnedComment = pinned && !pinned.removed ? this.#readComment(row.video, pinned.seq) : null
    return { head: headOf(row), settings: settingsOf(row), pinnedComment }
  }

  readComments(liveVideoId: LiveVideoId, range: CommentRange): { head: Head; comments: Comment[] } {
    const row = this.#findVideo(liveVideoId)
    if (!row) return { head: noHead, comments: [] }
    const ascending = range.kind === 'after'
    const from = range.kind === 'newest' ? Number.MAX_SAFE_INTEGER : range.seq
    const statement = ascending ? this.#sql.commentsAfter : this.#sql.commentsBefore
    const rows = all<{ data: string }>(statement, row.video, from, range.limit)
    const comments = rows.map(({ data }) => JSON.parse(data) as Comment)
    return { head: headOf(row), comments: ascending ? comments.reverse() : comments }
  }

  /** Whether a text that was erased may still stand in the write-ahead log. */
  get hasErased(): boolean {
    return this.#hasErased
  }

  /** Takes what was erased off the disk for good. */
  forgetErased(): void {
    // Closing folds it, too.
    if (this.#database.isOpen) foldLog(this.#database)
    this.#hasErased = false
  }

  close(): void {
    this.#database.close()
  }

  #execute(command: Command): Outcome {
    const row = this.#findVideo(command.liveVideoId)
    const decision = decide(command, this.#readFacts(command, row))
    switch (decision.kind) {
      case 'refuse':
        return { kind: 'refused', code: decision.code, retryAfterMs: decision.retryAfterMs }
      case 'repeat':
        return { kind: 'repeated', event: this.#readEvent(command.liveVideoId, row, decision.seq) }
      case 'append':
        return { kind: 'appended', events: this.#appendAll(command, row, decision.bodies) }
    }
  }

  #readFacts(command: Command, row: VideoRow | null): Facts {
    if (!row)
      return {
        settings: defaultSettings,
        pinnedCommentId: null,
        nextSeq: 1,
        repeated: null,
        lastCommentAt: null,
        named: null,
      }
    const named = namedComment(command)
    return {
      settings: settingsOf(row),
      pinnedCommentId: row.pinned_comment_id,
      nextSeq: row.head + 1,
      repeated: this.#findRepeated(command, row),
      lastCommentAt: row.slow_mode_ms === null ? null : this.#findLastCommentAt(command, row),
      named: named ? this.#findComment(row, named) : null,
    }
  }

  #findRepeated(command: Command, row: VideoRow): CommentFacts | null {
    if (command.kind !== 'create' || command.idempotencyKey === undefined) return null
    return toFacts(one(this.#sql.commentByKey, row.video, command.actor.author.id, command.idempotencyKey))
  }

  #findLastCommentAt(command: Command, row: VideoRow): number | null {
    const found = one<{ created_at: number }>(this.#sql.lastOfAuthor, row.video, command.actor.author.id)
    return found?.created_at ?? null
  }

  #findComment(row: VideoRow, commentId: string): CommentFacts | null {
    return toFacts(one(this.#sql.commentById, row.video, commentId))
  }

  #findVideo(liveVideoId: LiveVideoId): VideoRow | null {
    return one<VideoRow>(this.#sql.video, liveVideoId)
  }

  #readComment(video: number, seq: number): Comment | null {
    const row = one<EventRow>(this.#sql.event, video, seq)
    return row && (JSON.parse(row.data) as Comment)
  }

  #readEvent(liveVideoId: LiveVideoId, row: VideoRow | null, seq: number): LiveVideoEvent {
    const event = row && one<EventRow>(this.#sql.event, row.video, seq)
    if (!row || !event) throw new Error(`event ${seq} is missing from the log`)
    return toEvent(liveVideoId, row.epoch, event)
  }

  #appendAll(command: Command, found: VideoRow | null, bodies: EventBody[]): LiveVideoEvent[] {
    if (bodies.length === 0) return []
    const row = found ?? this.#beginLog(command.liveVideoId)
    const { liveVideoId, at } = command
    const events = bodies.map((body, index) => ({
      ...body,
      liveVideoId,
      epoch: row.epoch,
      seq: row.head + 1 + index,
      at,
    }))
    for (const event of events) this.#appendOne(command, row, event)
    this.#sql.setHead.run(row.head + events.length, row.video)
    return events
  }

  #beginLog(liveVideoId: LiveVideoId): VideoRow {
    const epoch = randomBytes(5).toString('hex')
    this.#sql.insertVideo.run(liveVideoId, epoch)
    const row = this.#findVideo(liveVideoId)
    if (!row) throw new Error('a live video just inserted cannot be read')
    return row
  }

  #appendOne(command: Command, { video }: VideoRow, event: LiveVideoEvent): void {
    this.#sql.insertEvent.run(video, event.seq, event.at, event.type, JSON.stringify(dataOf(event)))
    this.#project(command, video, event)
  }

  #project(command: Command, video: number, event: LiveVideoEvent): void {
    switch (event.type) {
      case 'comment.created': {
        const { id, seq, author, createdAt } = event.comment
        const key = (command.kind === 'create' && command.idempotencyKey) || null
        this.#sql.insertComment.run(video, seq, id, author.id, createdAt, key)
        return
      }
      case 'comment.removed':
        this.#hasErased = true
        this.#sql.eraseEvent.run(video, event.commentSeq)
        this.#sql.markRemoved.run(video, event.commentSeq)
        return
      case 'comment.pinned':
        this.#sql.setPinned.run(event.commentId, video)
        return
      case 'settings.changed':
        this.#sql.setSettings.run(Number(event.settings.closed), event.settings.slowModeMs, video)
        return
      case 'comment.erased':
        throw new Error('an erased comment is never appended')
    }
  }
}

const headOf = (row: VideoRow): Head => ({ epoch: row.epoch, seq: row.head })

const settingsOf = (row: VideoRow) => ({ closed: row.closed === 1, slowModeMs: row.slow_mode_ms })

function namedComment(command: Command): string | null {
  if (command.kind === 'create') return command.replyTo ?? null
  if (command.kind === 'remove') return command.commentId
  return command.pinnedCommentId ?? null
}

interface CommentRow {
  comment_id: string
  seq: number
  author_id: string
  removed: number
}

function toFacts(row: CommentRow | null): CommentFacts | null {
  return row && { id: row.comment_id, seq: row.seq, authorId: row.author_id, removed: row.removed === 1 }
}
