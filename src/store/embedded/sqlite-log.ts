import type { DatabaseSync } from 'node:sqlite'
import type { Command, Outcome } from '../../domain/command.ts'
import { type CommentFacts, decide, type Facts } from '../../domain/decide.ts'
import type { EventBody, LiveVideoEvent } from '../../domain/event.ts'
import { defaultSettings, type LiveVideoId } from '../../domain/live-video.ts'
import { carryOut } from '../carry-out.ts'
import { dataOf, type EventRow, toEvent } from '../event-rows.ts'
import { namedComment } from '../named-comment.ts'
import { abridge, type BriefOutcome } from './brief-outcome.ts'
import { LogReader, settingsOf, toFacts } from './log-reader.ts'
import type { OwnedFiles } from './owned-files.ts'
import { one } from './query.ts'
import { emptyLog, foldLog } from './schema.ts'
import { type VideoRow, VideoRows } from './video-rows.ts'

/**
 * Pages in the write-ahead log (16 MB) until they are folded into the file. A page that many commits write is folded once:
 * the seldomer the cheaper, but the longer a commit waits for it.
 */
const foldPages = 4_000

/** About: what a commit writes at least, and what each of its commands adds in a live video of many authors. */
const pagesOf = (commands: Command[]): number =>
  commands.reduce(
    (pages, command) => pages + 2 + (command.kind === 'create' ? command.text.length / 2_048 : 0),
    6,
  )

/** The event logs in one SQLite file; every method is synchronous. */
export class SqliteLog extends LogReader {
  readonly #database: DatabaseSync
  readonly #files: OwnedFiles
  #pagesToFold = 0
  #hasErased = false

  constructor(database: DatabaseSync, files: OwnedFiles) {
    super(database)
    this.#database = database
    this.#files = files
  }

  append(commands: Command[]): Outcome[] {
    this.#pagesToFold += pagesOf(commands)
    return this.#commit(() => {
      const rows = new VideoRows(this.sql)
      const at = Date.now()
      const outcomes = commands.map((command) => this.#execute(command, rows, at))
      rows.writeHeads()
      return outcomes
    })
  }

  /** `append` for another thread. */
  appendBriefly(commands: Command[]): BriefOutcome[] {
    return this.append(commands).map(abridge)
  }

  /** Stores something that changes nothing. @throws Error when nothing can be stored right now */
  checkWritable(): void {
    const version = one<{ user_version: number }>(this.sql.version)?.user_version
    this.#commit(() => this.#database.exec(`PRAGMA user_version = ${version}`))
  }

  /** Whether a text that was erased may still stand in the write-ahead log. */
  get hasErased(): boolean {
    return this.#hasErased
  }

  /** Takes what was erased off the disk for good. */
  forgetErased(): void {
    // Closing folds it, too.
    if (this.#database.isOpen) this.#files.writeBoth(() => emptyLog(this.#database))
    this.#hasErased = false
  }

  /** Keeps the write-ahead log short. */
  foldWhenLong(): void {
    if (this.#pagesToFold < foldPages || !this.#database.isOpen) return
    this.#files.writeBoth(() => foldLog(this.#database))
    this.#pagesToFold = 0
  }

  /** Of files that are lost: see `OwnedFiles.letGo`. The database stays open, because closing it would write to it. */
  letGo(): void {
    this.#files.letGo(() => emptyLog(this.#database))
  }

  close(): void {
    this.#files.check()
    this.#database.close()
  }

  #commit<T>(work: () => T): T {
    return this.#files.writeLog(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const done = work()
        this.#database.exec('COMMIT')
        return done
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  #execute(command: Command, rows: VideoRows, at: number): Outcome {
    const row = rows.find(command.liveVideoId)
    const decision = decide(command, this.#readFacts(command, row, at))
    return carryOut(decision, {
      eventAt: (seq) => this.#readEvent(command.liveVideoId, row, seq),
      append: (bodies) => this.#appendAll(command, rows, bodies, at),
    })
  }

  #readFacts(command: Command, row: VideoRow | null, at: number): Facts {
    if (!row)
      return {
        at,
        settings: defaultSettings,
        pinnedCommentId: null,
        nextSeq: 1,
        repeated: null,
        lastCommentAt: null,
        named: null,
      }
    const named = namedComment(command)
    return {
      at,
      settings: settingsOf(row),
      pinnedCommentId: row.pinned_comment_id,
      nextSeq: row.head + 1,
      repeated: this.#findRepeated(command, row),
      lastCommentAt: row.slow_mode_ms === null ? null : this.#findLastCommentAt(command, row),
      named: named ? this.findComment(row, named) : null,
    }
  }

  #findRepeated(command: Command, row: VideoRow): CommentFacts | null {
    if (command.kind !== 'create' || command.idempotencyKey === undefined) return null
    return toFacts(one(this.sql.commentByKey, row.video, command.actor.author.id, command.idempotencyKey))
  }

  #findLastCommentAt(command: Command, row: VideoRow): number | null {
    const found = one<{ created_at: number }>(this.sql.lastOfAuthor, row.video, command.actor.author.id)
    return found?.created_at ?? null
  }

  #readEvent(liveVideoId: LiveVideoId, row: VideoRow | null, seq: number): LiveVideoEvent {
    const event = row && one<EventRow>(this.sql.event, row.video, seq)
    if (!row || !event) throw new Error(`event ${seq} is missing from the log`)
    return toEvent(liveVideoId, row.epoch, event)
  }

  #appendAll(command: Command, rows: VideoRows, bodies: EventBody[], at: number): LiveVideoEvent[] {
    if (bodies.length === 0) return []
    const { liveVideoId } = command
    const row = rows.find(liveVideoId) ?? rows.begin(liveVideoId)
    return bodies.map((body) => {
      const event = { ...body, liveVideoId, epoch: row.epoch, seq: rows.nextSeq(row), at }
      this.#appendOne(command, row, event)
      return event
    })
  }

  #appendOne(command: Command, row: VideoRow, event: LiveVideoEvent): void {
    this.sql.insertEvent.run(row.video, event.seq, event.at, event.type, JSON.stringify(dataOf(event)))
    this.#project(command, row, event)
  }

  #project(command: Command, row: VideoRow, event: LiveVideoEvent): void {
    const { video } = row
    switch (event.type) {
      case 'comment.created': {
        const { id, seq, author, createdAt } = event.comment
        const key = (command.kind === 'create' && command.idempotencyKey) || null
        this.sql.insertComment.run(video, seq, id, author.id, createdAt, key)
        return
      }
      case 'comment.removed':
        this.#hasErased = true
        this.sql.eraseEvent.run(video, event.commentSeq)
        this.sql.markRemoved.run(video, event.commentSeq)
        return
      case 'comment.pinned':
        row.pinned_comment_id = event.commentId
        this.sql.setPinned.run(event.commentId, video)
        return
      case 'settings.changed':
        row.closed = Number(event.settings.closed)
        row.slow_mode_ms = event.settings.slowModeMs
        this.sql.setSettings.run(row.closed, row.slow_mode_ms, video)
        return
      case 'comment.erased':
        throw new Error('an erased comment is never appended')
    }
  }
}
