import { type Asker, ownWork } from '../domain/concurrency-limit.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { anyClient, type QueueClient } from '../domain/fair-queue.ts'
import { keptBytes } from '../domain/kept-bytes.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { formatPosition, markOf, type Position } from '../domain/position.ts'
import type { GapReason } from '../protocol/stream-events.ts'
import type { DatedHead } from '../store/store.ts'
import { Audience, type AudienceParts } from './audience.ts'
import type { CatchUpTurns } from './catch-up-turns.ts'
import type { Connection } from './connection.ts'
import { encodeNotice, encodePosition } from './encode.ts'
import { EventRate } from './event-rate.ts'
import { defaultRate, type Rate, type Shown } from './rate.ts'
import type { Entry } from './ring.ts'
import { Runs } from './runs.ts'
import { SharedText } from './shared-text.ts'
import { visitInSlices } from './slices.ts'
import { type Extent, Tail } from './tail.ts'
import type { RealtimeWorld } from './world.ts'
import type { WriteDemand } from './write-demand.ts'

/** Where a viewer wants to begin: after a position it saw, or with some history. */
export type Start = { kind: 'resume'; position: Position } | { kind: 'history'; comments: number }

/** One of each for all channels of a node. */
export interface SharedByChannels {
  demand: WriteDemand
  turns: CatchUpTurns
}

/** One live video on this node: the end of its log, and its viewers. */
export class Channel {
  readonly liveVideoId: LiveVideoId
  /** All of them, live or not. */
  readonly connections = new Set<Connection>()
  /** Whether `open` has resolved; viewers join only then. */
  isOpen = false
  /** The live ones, by what they asked to see. */
  readonly #audiences = new Map<Rate, Audience>()
  readonly #audienceParts: AudienceParts
  readonly #world: RealtimeWorld
  readonly #tail: Tail
  readonly #runs: Runs
  readonly #turns: CatchUpTurns
  readonly #commentRate = new EventRate()
  readonly #subscribe: () => Promise<void>
  #opening: Promise<void> | null = null
  /** What viewers without a `rate` of their own see. */
  #defaultShown: Shown = 'all'

  /** @param subscribe resolves when the bus brings this live video's events; called again if it failed */
  constructor(
    liveVideoId: LiveVideoId,
    world: RealtimeWorld,
    { demand, turns }: SharedByChannels,
    subscribe: () => Promise<void>,
  ) {
    this.liveVideoId = liveVideoId
    this.#subscribe = subscribe
    this.#world = world
    this.#tail = new Tail(liveVideoId, world, {
      advanced: (entry) => this.#advance(entry),
      erased: (seq) => this.#erase(seq),
      restarted: () => this.#reset(),
    })
    this.#runs = new Runs(this.#tail, world.options)
    this.#turns = turns
    const fellBehind = (connection: Connection) => this.#fallBehind(connection)
    this.#audienceParts = { world, demand, tail: this.#tail, fellBehind }
  }

  /** Reads the end of the log. Concurrent calls share one reading; a failed one can be tried again. */
  open(): Promise<void> {
    this.#opening ??= this.#subscribe()
      .then(() => this.#tail.open())
      .then(() => {
        this.isOpen = true
      })
      .catch((error) => {
        this.#opening = null
        throw error
      })
    return this.#opening
  }

  offer(event: LiveVideoEvent): void {
    this.#tail.offer(event)
  }

  /** Up to here the log is known. */
  get extent(): Extent {
    return this.#tail.extent
  }

  /** See `Tail.compareHead`. */
  compareHead(head: DatedHead | null, asked: Extent): void {
    this.#tail.compareHead(head, asked)
  }

  close(): void {
    this.#tail.close()
    for (const audience of this.#audiences.values()) audience.clear()
  }

  /**
   * Brings a new viewer to where it asked to begin, and from there live.
   * @throws ChorusError `store_unavailable` when what it needs cannot be read.
   */
  async join(connection: Connection, start: Start, client: QueueClient = anyClient): Promise<void> {
    const asker: Asker = { ...client, priority: 'stream' }
    if (start.kind === 'resume') await this.#resume(connection, start.position, asker)
    else if (!this.#beginFromRing(connection, start.comments))
      await this.#begin(connection, start.comments, asker)
    connection.write(encodeNotice('viewers', { viewers: this.viewers }))
    await this.#catchUp(connection, asker)
  }

  /** With the viewers on other nodes if several share the live video; their reports are seconds old. */
  get viewers(): number {
    return Math.max(this.connections.size, this.#world.placement.viewersOf(this.liveVideoId))
  }

  leave(connection: Connection): void {
    connection.state = 'closed'
    this.connections.delete(connection)
    this.#audiences.get(connection.terms.rate)?.live.delete(connection)
    connection.wake()
  }

  /** Writes text that is no event of the log to every viewer who keeps up. */
  announce(text: string): void {
    const { clock, options } = this.#world
    const shared = new SharedText([keptBytes(text)], this.connections.size)
    const tell = (connection: Connection) => {
      if (!this.#isCongested(connection)) connection.writeCoded(shared.bytesIn(connection.coding))
    }
    for (const { live } of this.#audiences.values()) visitInSlices(live, tell, clock, options.sliceMs)
  }

  #advance(entry: Entry): void {
    const elapsedMs = this.#world.clock.elapsed()
    if (entry.isComment) this.#commentRate.add(elapsedMs)
    this.#defaultShown = defaultRate(this.#defaultShown, this.#commentRate.perSecond(elapsedMs))
    this.#audiences.get('auto')?.show(this.#defaultShown)
    for (const audience of this.#audiences.values()) audience.add(entry)
  }

  #erase(seq: number): void {
    this.#runs.clear()
    for (const audience of this.#audiences.values()) audience.erase(seq)
  }

  /** Made when the first viewer with that rate comes. */
  #audienceOf({ terms: { rate } }: Connection): Audience {
    const audience = this.#audiences.get(rate) ?? new Audience(this.#shownAt(rate), this.#audienceParts)
    this.#audiences.set(rate, audience)
    return audience
  }

  #shownAt(rate: Rate): Shown {
    return rate === 'auto' ? this.#defaultShown : rate
  }

  /** Nearly every viewer begins so, without waiting, so that its first bytes leave in one piece. */
  #beginFromRing(connection: Connection, comments: number): boolean {
    const seq = this.#tail.following ? this.#tail.ring.historyStart(comments) : null
    if (seq !== null) this.#beginAt(connection, seq)
    return seq !== null
  }

  async #begin(connection: Connection, comments: number, asker: Asker): Promise<void> {
    if (!this.#tail.following) await this.#tail.repair()
    const { restarts } = this.#tail
    const fromRing = this.#tail.ring.historyStart(comments)
    const seq = fromRing ?? (await this.#world.reader.readHistoryStart(this.liveVideoId, comments, asker))
    // The log restarted during the read: begin again.
    if (restarts !== this.#tail.restarts) return this.#begin(connection, comments, asker)
    this.#beginAt(connection, seq)
  }

  #beginAt(connection: Connection, seq: number): void {
    this.#place(connection, seq)
    connection.write(encodePosition(this.#tail.positionAt(seq)))
  }

  async #resume(connection: Connection, position: Position, asker: Asker): Promise<void> {
    // A position ahead of this node's end may only mean that this node is behind. Twice, because a repair that is
    // under way already may have read the log before that position was in it.
    for (let tries = 0; tries < 2 && !this.#tail.knows(position); tries++) await this.#tail.repair()
    const { restarts } = this.#tail
    const isKnown = this.#tail.knows(position) && (await this.#isStored(position, asker))
    // Perhaps the log was replaced and this node has not noticed yet.
    if (!isKnown) await this.#tail.repair()
    if (restarts !== this.#tail.restarts) return this.#resume(connection, position, asker)
    if (!isKnown) return this.#resetOne(connection)
    this.#place(connection, position.seq)
    const { metrics, options } = this.#world
    const missed = this.#tail.head.seq - position.seq
    if (this.#tail.ring.covers(position.seq)) metrics.resumed('ring')
    else metrics.resumed(missed > options.replayEventsMax ? 'gap' : 'store')
  }

  /** Asks the store whether it has the event that a position names, unless the ring can tell. */
  async #isStored({ seq, mark }: Position, asker: Asker): Promise<boolean> {
    if (mark === undefined || this.#tail.ring.atOf(seq) !== null) return true
    const at = await this.#world.reader.readAt(this.liveVideoId, seq, asker)
    return at !== null && markOf(at) === mark
  }

  /** Puts a connection at a position. From then on it gets a `reset` when the log restarts. */
  #place(connection: Connection, seq: number): void {
    connection.seq = seq
    if (connection.state === 'waiting') connection.state = 'catching-up'
  }

  /**
   * Writes to a connection the events that it lacks, from the ring or the store, until it has all of them: then it is live.
   * The step from "has all" to "live" is one turn of the event loop, so no event falls between, and none has to be held for
   * it: events that arrive meanwhile are in the ring or the store already.
   */
  async #catchUp(connection: Connection, asker: Asker = ownWork): Promise<void> {
    let isFirst = true
    while (connection.open) {
      if (this.#isCongested(connection)) await connection.drained()
      else if (!this.#tail.following) await this.#tail.repair()
      else if (connection.seq >= this.#tail.head.seq) return this.#goLive(connection)
      else if (!this.#tail.ring.covers(connection.seq)) await this.#passOver(connection, asker)
      else if (isFirst) {
        this.#writeFromRing(connection)
        isFirst = false
      } else await this.#turns.take(asker, () => this.#writeFromRing(connection))
    }
  }

  #goLive(connection: Connection): void {
    connection.state = 'live'
    connection.wasLive = true
    this.#audienceOf(connection).live.add(connection)
  }

  /** Does nothing if the ring has moved on, or the log restarted, since the turn was asked for; `#catchUp` then looks again. */
  #writeFromRing(connection: Connection): void {
    const { following, head, ring } = this.#tail
    const isBehind = connection.open && following && connection.seq < head.seq
    if (!isBehind || !ring.covers(connection.seq)) return
    const run = this.#runs.after(connection.seq, this.#shownAt(connection.terms.rate), this.connections.size)
    this.#world.metrics.ringRead()
    connection.writeCoded(run.bytesFor(connection))
    connection.seq = run.lastSeq
  }

  /** For a position that the ring does not cover: writes a page from the store, or a `gap`. */
  async #passOver(connection: Connection, asker: Asker): Promise<void> {
    const missed = this.#tail.head.seq - connection.seq
    if (connection.wasLive) return this.#leaveOut(connection, 'slow_viewer')
    if (missed > this.#world.options.replayEventsMax) return this.#leaveOut(connection, 'too_far_behind')
    const after = connection.seq
    const { restarts } = this.#tail
    const page = await this.#world.replays.read(this.liveVideoId, after, restarts, asker)
    // The log restarted: the repair finds that out and resets this viewer, or has done so during the read.
    const isGone = page.lastSeq === after || page.epoch !== this.#tail.head.epoch
    if (this.#tail.isOther(page.lastSeq, page.lastAt)) this.#tail.doubt(page.lastSeq)
    if (!this.#tail.following || isGone || this.#tail.isInDoubt) return this.#tail.repair()
    // The viewer was reset during the read, or the page may hold a comment removed since: look again.
    const isReset = restarts !== this.#tail.restarts || connection.seq !== after
    if (isReset || page.headSeq < this.#tail.lastRemovalSeq) return
    connection.writeCoded(page.text.bytesIn(connection.coding))
    connection.seq = page.lastSeq
  }

  #leaveOut(connection: Connection, reason: GapReason): void {
    const { ring, head } = this.#tail
    const to = head.seq - Math.min(this.#world.options.eventsAfterGap, ring.length)
    const missed = to - connection.seq
    connection.seq = to
    connection.write(encodeNotice('gap', { missed, reason }) + encodePosition(this.#tail.positionAt(to)))
    this.#world.metrics.gap(reason)
  }

  #fallBehind(connection: Connection): void {
    this.#audienceOf(connection).live.delete(connection)
    if (connection.state === 'live') connection.state = 'catching-up'
    this.#world.metrics.slowViewer()
    this.#catchUp(connection).catch((error) => {
      this.#world.report(error)
      connection.socket.destroy()
    })
  }

  #isCongested({ socket }: Connection): boolean {
    return socket.bufferedBytes > this.#world.options.outboxBytesMax
  }

  #reset(): void {
    this.#runs.clear()
    for (const audience of this.#audiences.values()) audience.clear()
    for (const connection of this.connections) if (connection.state !== 'waiting') this.#resetOne(connection)
  }

  #resetOne(connection: Connection): void {
    const end = this.#tail.positionAt(this.#tail.head.seq)
    this.#place(connection, end.seq)
    connection.write(encodeNotice('reset', { position: formatPosition(end) }) + encodePosition(end))
    this.#world.metrics.resumed('reset')
  }
}
