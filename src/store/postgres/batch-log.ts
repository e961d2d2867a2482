import type { Command, Outcome } from '../../domain/command.ts'
import type { Comment } from '../../domain/comment.ts'
import { type CommentFacts, decide, type Facts } from '../../domain/decide.ts'
import type { EventBody, LiveVideoEvent } from '../../domain/event.ts'
import { defaultSettings, type LiveVideoId, type Settings } from '../../domain/live-video.ts'
import { carryOut } from '../carry-out.ts'
import { toEvent } from '../event-rows.ts'
import { namedComment } from '../named-comment.ts'
import type { AuthorRow, CommentRow, KeyRow, LogRow } from './facts.ts'
import { fromColumn } from './text-column.ts'

export interface Appended {
  video: number | null
  event: LiveVideoEvent
  command: Command
}

/** One log within a transaction: what of it was read, and what the commands decided so far have done to it. */
export class BatchLog {
  readonly liveVideoId: LiveVideoId
  /** Null: it has no row yet, and what is appended cannot be stored. */
  readonly video: number | null
  head: number
  settings: Settings
  pinnedCommentId: string | null
  readonly appended: Appended[] = []
  readonly #epoch: string
  readonly #at: number
  readonly #comments = new Map<string, CommentFacts>()
  readonly #byKey = new Map<string, CommentFacts>()
  readonly #lastCommentAt = new Map<string, number>()
  readonly #events = new Map<number, LiveVideoEvent>()

  /** @param at the database's clock */
  constructor(liveVideoId: LiveVideoId, row: LogRow | null, at: number) {
    this.#at = at
    this.liveVideoId = liveVideoId
    this.video = row?.video ?? null
    this.#epoch = row?.epoch ?? ''
    this.head = row?.head ?? 0
    this.settings = row ? { closed: row.closed, slowModeMs: row.slow_mode_ms } : defaultSettings
    this.pinnedCommentId = row?.pinned_comment_id ? fromColumn(row.pinned_comment_id) : null
  }

  know({ comment_id, seq, author_id, removed }: CommentRow): CommentFacts {
    const facts = { id: fromColumn(comment_id), seq, authorId: fromColumn(author_id), removed }
    this.#comments.set(facts.id, facts)
    return facts
  }

  knowKey(row: KeyRow): void {
    const facts = this.know(row)
    this.#byKey.set(joinKey(facts.authorId, fromColumn(row.idempotency_key)), facts)
    this.#events.set(row.seq, toEvent(this.liveVideoId, this.#epoch, row))
  }

  knowAuthor({ author_id, created_at }: AuthorRow): void {
    this.#lastCommentAt.set(fromColumn(author_id), created_at)
  }

  execute(command: Command): Outcome {
    return carryOut(decide(command, this.#factsFor(command)), {
      eventAt: (seq) => this.#eventAt(seq),
      append: (bodies) => bodies.map((body) => this.#append(command, body)),
    })
  }

  #factsFor(command: Command): Facts {
    const { settings, pinnedCommentId } = this
    const [key, named] = [keyOf(command), namedComment(command)]
    return {
      at: this.#at,
      settings,
      pinnedCommentId,
      nextSeq: this.head + 1,
      repeated: (key !== null && this.#byKey.get(key)) || null,
      lastCommentAt: this.#lastCommentAt.get(command.actor.author.id) ?? null,
      named: (named !== null && this.#comments.get(named)) || null,
    }
  }

  #eventAt(seq: number): LiveVideoEvent {
    const event = this.#events.get(seq)
    if (!event) throw new Error(`event ${seq} is missing from the log`)
    return event
  }

  #append(command: Command, body: EventBody): LiveVideoEvent {
    const seq = ++this.head
    const event = { ...body, liveVideoId: this.liveVideoId, epoch: this.#epoch, seq, at: this.#at }
    this.appended.push({ video: this.video, event, command })
    this.#events.set(seq, event)
    this.#project(command, event)
    return event
  }

  #project(command: Command, event: LiveVideoEvent): void {
    switch (event.type) {
      case 'comment.created':
        this.#remember(command, event.comment)
        return
      case 'comment.removed': {
        const facts = this.#comments.get(event.commentId)
        if (facts) facts.removed = true
        return
      }
      case 'comment.pinned':
        this.pinnedCommentId = event.commentId
        return
      case 'settings.changed':
        this.settings = event.settings
        return
      case 'comment.erased':
        throw new Error('an erased comment is never appended')
    }
  }

  #remember(command: Command, { id, seq, author, createdAt }: Comment): void {
    const facts = { id, seq, authorId: author.id, removed: false }
    const key = keyOf(command)
    this.#comments.set(id, facts)
    if (key !== null) this.#byKey.set(key, facts)
    this.#lastCommentAt.set(author.id, createdAt)
  }
}

const joinKey = (authorId: string, idempotencyKey: string) => JSON.stringify([authorId, idempotencyKey])

/** Unique within a log. */
function keyOf(command: Command): string | null {
  if (command.kind !== 'create' || command.idempotencyKey === undefined) return null
  return joinKey(command.actor.author.id, command.idempotencyKey)
}
