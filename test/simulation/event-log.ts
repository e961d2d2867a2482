import type { Command, Outcome } from '../../src/domain/command.ts'
import type { Comment } from '../../src/domain/comment.ts'
import { type CommentFacts, decide, type Facts } from '../../src/domain/decide.ts'
import type { EventBody, LiveVideoEvent } from '../../src/domain/event.ts'
import { defaultSettings, type LiveVideoId, type Settings } from '../../src/domain/live-video.ts'
import type { Epoch } from '../../src/domain/position.ts'
import type { CommentRange, Head } from '../../src/store/store.ts'

interface StoredComment extends CommentFacts {
  createdAt: number
}

/** One live video's event log in memory. */
export class EventLog {
  readonly liveVideoId: LiveVideoId
  readonly epoch: Epoch
  /** As readers see them: erased where a comment was removed. The event `seq` stands at `seq - 1`. */
  readonly events: LiveVideoEvent[] = []
  /** As they were appended, for the checks alone. */
  readonly written: LiveVideoEvent[] = []
  settings: Settings = defaultSettings
  pinnedCommentId: string | null = null
  /** Which appended what, in the order of `written`. */
  readonly #commands: Command[] = []
  readonly #comments = new Map<string, StoredComment>()
  readonly #byKey = new Map<string, StoredComment>()

  constructor(liveVideoId: LiveVideoId, epoch: Epoch) {
    this.liveVideoId = liveVideoId
    this.epoch = epoch
  }

  get head(): Head {
    return this.events.length === 0 ? { epoch: null, seq: 0 } : { epoch: this.epoch, seq: this.events.length }
  }

  /** The same log as it was when it had so many events: what a backup of then holds. */
  asItWas(length: number): EventLog {
    const log = new EventLog(this.liveVideoId, this.epoch)
    for (const [index, command] of this.#commands.slice(0, length).entries()) {
      const event = this.written[index]
      if (event) log.#take(command, event)
    }
    return log
  }

  execute(command: Command, at: number): Outcome {
    const decision = decide(command, this.#facts(command, at))
    switch (decision.kind) {
      case 'refuse':
        return { kind: 'refused', code: decision.code, retryAfterMs: decision.retryAfterMs }
      case 'repeat':
        return { kind: 'repeated', event: this.#at(decision.seq) }
      case 'append':
        return { kind: 'appended', events: decision.bodies.map((body) => this.#append(command, body, at)) }
    }
  }

  /** Whether everything in (`after`, `upTo`] was erased, so that a viewer who skips it lacks nothing. */
  erasedBetween(after: number, upTo: number): boolean {
    for (let seq = after + 1; seq <= upTo; seq++) if (this.#at(seq).type !== 'comment.erased') return false
    return true
  }

  historyStart(count: number): number {
    if (count === 0) return this.events.length
    const newest = this.#visible().slice(-count)
    return newest[0] ? newest[0].seq - 1 : this.events.length
  }

  comments(range: CommentRange): Comment[] {
    const all = this.#visible()
    if (range.kind === 'after')
      return all
        .filter(({ seq }) => seq > range.seq)
        .slice(0, range.limit)
        .reverse()
    const older = range.kind === 'newest' ? all : all.filter(({ seq }) => seq < range.seq)
    return older.slice(-range.limit).reverse()
  }

  comment(commentId: string): Comment | null {
    return this.#visible().find(({ id }) => id === commentId) ?? null
  }

  #visible(): Comment[] {
    return this.events.flatMap((event) => (event.type === 'comment.created' ? [event.comment] : []))
  }

  #at(seq: number): LiveVideoEvent {
    const event = this.events[seq - 1]
    if (!event) throw new Error(`no event ${seq} in a log of ${this.events.length}`)
    return event
  }

  #facts(command: Command, at: number): Facts {
    const key = keyOf(command)
    return {
      at,
      settings: this.settings,
      pinnedCommentId: this.pinnedCommentId,
      nextSeq: this.events.length + 1,
      repeated: (key !== null && this.#byKey.get(key)) || null,
      lastCommentAt: this.#lastCommentAt(command.actor.author.id),
      named: this.#comments.get(namedBy(command) ?? '') ?? null,
    }
  }

  #lastCommentAt(authorId: string): number | null {
    const own = [...this.#comments.values()].filter((comment) => comment.authorId === authorId)
    return own.at(-1)?.createdAt ?? null
  }

  #append(command: Command, body: EventBody, at: number): LiveVideoEvent {
    const { liveVideoId, epoch } = this
    const event = { ...body, liveVideoId, epoch, seq: this.events.length + 1, at }
    this.#take(command, event)
    return event
  }

  #take(command: Command, event: LiveVideoEvent): void {
    this.events.push(event)
    this.written.push(event)
    this.#commands.push(command)
    this.#project(command, event)
  }

  #project(command: Command, event: LiveVideoEvent): void {
    if (event.type === 'comment.created') this.#remember(command, event.comment)
    else if (event.type === 'comment.removed') this.#erase(event.commentId, event.commentSeq)
    else if (event.type === 'comment.pinned') this.pinnedCommentId = event.commentId
    else if (event.type === 'settings.changed') this.settings = event.settings
  }

  #remember(command: Command, { id, seq, author, createdAt }: Comment): void {
    const stored = { id, seq, authorId: author.id, removed: false, createdAt }
    this.#comments.set(id, stored)
    const key = keyOf(command)
    if (key !== null) this.#byKey.set(key, stored)
  }

  #erase(commentId: string, commentSeq: number): void {
    const { liveVideoId, epoch, seq, at } = this.#at(commentSeq)
    this.events[seq - 1] = { type: 'comment.erased', liveVideoId, epoch, seq, at }
    const stored = this.#comments.get(commentId)
    if (stored) stored.removed = true
  }
}

function keyOf(command: Command): string | null {
  if (command.kind !== 'create' || command.idempotencyKey === undefined) return null
  return `${command.actor.author.id} ${command.idempotencyKey}`
}

function namedBy(command: Command): string | null {
  if (command.kind === 'create') return command.replyTo ?? null
  if (command.kind === 'remove') return command.commentId
  return command.pinnedCommentId ?? null
}
