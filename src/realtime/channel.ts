import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { formatPosition, type Position } from '../domain/position.ts'
import type { GapReason } from '../protocol/stream-events.ts'
import type { Head } from '../store/store.ts'
import type { Connection } from './connection.ts'
import { encodeNotice, encodePosition } from './encode.ts'
import { FanOut } from './fan-out.ts'
import type { Frame } from './frame.ts'
import { visitInSlices } from './slices.ts'
import { Tail } from './tail.ts'
import type { RealtimeWorld } from './world.ts'

/** Where a viewer wants to begin: after a position it saw, or with some history. */
export type Start = { kind: 'resume'; position: Position } | { kind: 'history'; comments: number }

/** One live video on this node: the end of its log, and its viewers. */
export class Channel {
  readonly liveVideoId: LiveVideoId
  /** All of them, live or not. */
  readonly connections = new Set<Connection>()
  readonly #live = new Set<Connection>()
  readonly #world: RealtimeWorld
  readonly #tail: Tail
  readonly #fanOut: FanOut<Connection>
  readonly #subscribe: () => Promise<void>
  #opening: Promise<void> | null = null
  /** Since it was last told to the metrics, which would cost too much once per viewer. */
  #delivered = { frames: 0, events: 0 }

  /** @param subscribe resolves when the bus brings this live video's events; called again if it failed */
  constructor(liveVideoId: LiveVideoId, world: RealtimeWorld, subscribe: () => Promise<void>) {
    this.liveVideoId = liveVideoId
    this.#subscribe = subscribe
    this.#world = world
    this.#tail = new Tail(liveVideoId, world, {
      advanced: (entry) => this.#fanOut.add(entry),
      erased: (seq) => this.#fanOut.erase(seq),
      restarted: () => this.#reset(),
    })
    const { clock, options } = world
    const deliver = (connection: Connection, frame: Frame) => this.#deliver(connection, frame)
    this.#fanOut = new FanOut(this.#live, deliver, (frame) => this.#measure(frame), clock, options)
  }

  /** Reads the end of the log; asking again is asking once, and a failed opening can be tried again. */
  open(): Promise<void> {
    this.#opening ??= this.#subscribe()
      .then(() => this.#tail.open())
      .catch((error) => {
        this.#opening = null
        throw error
      })
    return this.#opening
  }

  offer(event: LiveVideoEvent): void {
    this.#tail.offer(event)
  }

  compareHead(head: Head): void {
    this.#tail.compareHead(head)
  }

  close(): void {
    this.#tail.close()
    this.#fanOut.clear()
  }

  /**
   * Brings a new viewer to where it asked to begin, and from there live.
   * @throws ChorusError `store_unavailable` when what it needs cannot be read.
   */
  async join(connection: Connection, start: Start): Promise<void> {
    if (start.kind === 'resume') await this.#resume(connection, start.position)
    else await this.#begin(connection, start.comments)
    connection.write(encodeNotice('viewers', { viewers: this.viewers }))
    await this.#catchUp(connection)
  }

  /** Of a live video that several nodes share, those of the others as well; their reports are seconds old. */
  get viewers(): number {
    return Math.max(this.connections.size, this.#world.placement.viewersOf(this.liveVideoId))
  }

  leave(connection: Connection): void {
    connection.state = 'closed'
    this.connections.delete(connection)
    this.#live.delete(connection)
    connection.wake()
  }

  /** Writes something that is not of the log to every viewer who keeps up. */
  announce(text: string): void {
    const { clock, options } = this.#world
    const bytes = Buffer.from(text)
    const tell = (connection: Connection) => {
      if (!this.#isCongested(connection)) connection.write(bytes)
    }
    visitInSlices(this.#live, tell, clock, options.sliceMs)
  }

  async #begin(connection: Connection, comments: number): Promise<void> {
    if (!this.#tail.following) await this.#tail.repair()
    const { epoch } = this.#tail.head
    const fromRing = this.#tail.ring.historyStart(comments)
    const seq = fromRing ?? (await this.#world.reader.readHistoryStart(this.liveVideoId, comments))
    // The log was begun anew while the store was asked: so is this.
    if (epoch !== this.#tail.head.epoch) return this.#begin(connection, comments)
    this.#place(connection, seq)
    connection.write(encodePosition({ epoch, seq }))
  }

  async #resume(connection: Connection, position: Position): Promise<void> {
    // A position ahead of this node's end may only mean that this node is behind. Twice, because a repair that is
    // under way already may have read the log before that position was in it.
    for (let tries = 0; tries < 2 && !this.#knows(position); tries++) await this.#tail.repair()
    if (!this.#knows(position)) return this.#resetOne(connection)
    this.#place(connection, position.seq)
    const { metrics, options } = this.#world
    const missed = this.#tail.head.seq - position.seq
    if (this.#tail.ring.covers(position.seq)) metrics.resumed('ring')
    else metrics.resumed(missed > options.replayEventsMax ? 'gap' : 'store')
  }

  #knows({ epoch, seq }: Position): boolean {
    const { head } = this.#tail
    return this.#tail.following && (epoch === null || epoch === head.epoch) && seq <= head.seq
  }

  /** From here on it follows the log, and is told when the log is begun anew. */
  #place(connection: Connection, seq: number): void {
    connection.seq = seq
    if (connection.state === 'waiting') connection.state = 'catching-up'
  }

  /**
   * Writes to a connection what it lacks, from the ring or the store, until it has everything: then it is live.
   * The step from "has everything" to "live" is one turn of the event loop, so no event falls between, and none has to
   * be held for it: what comes in meanwhile is in the ring or the store already.
   */
  async #catchUp(connection: Connection): Promise<void> {
    while (connection.open) {
      if (this.#isCongested(connection)) await connection.drained()
      else if (!this.#tail.following) await this.#tail.repair()
      else if (connection.seq >= this.#tail.head.seq) return this.#goLive(connection)
      else if (this.#tail.ring.covers(connection.seq)) this.#writeFromRing(connection)
      else await this.#passOver(connection)
    }
  }

  #goLive(connection: Connection): void {
    connection.state = 'live'
    connection.wasLive = true
    this.#live.add(connection)
  }

  #writeFromRing(connection: Connection): void {
    const run = this.#tail.ring.after(connection.seq, this.#world.options.frameBytesMax)
    this.#world.metrics.ringRead()
    connection.write(run.bytes)
    connection.seq = run.lastSeq
  }

  /** What a connection lacks is no longer in the ring: read it from the store, or tell the viewer what is left out. */
  async #passOver(connection: Connection): Promise<void> {
    const missed = this.#tail.head.seq - connection.seq
    if (connection.wasLive) return this.#leaveOut(connection, 'slow_viewer')
    if (missed > this.#world.options.replayEventsMax) return this.#leaveOut(connection, 'too_far_behind')
    const after = connection.seq
    const page = await this.#world.replays.read(this.liveVideoId, after)
    // The log was begun anew: the tail finds out here and tells this viewer, or has done so while the page was read.
    if (!this.#tail.following || page.epoch !== this.#tail.head.epoch) return this.#tail.repair()
    // Told of a reset meanwhile, or a comment removed that the page may still hold: look again.
    if (connection.seq !== after || page.headSeq < this.#tail.lastRemovalSeq) return
    connection.write(page.bytes)
    connection.seq = page.lastSeq
  }

  #leaveOut(connection: Connection, reason: GapReason): void {
    const { ring, head } = this.#tail
    const to = head.seq - Math.min(this.#world.options.eventsAfterGap, ring.length)
    const missed = to - connection.seq
    connection.seq = to
    connection.write(encodeNotice('gap', { missed, reason }) + encodePosition({ epoch: head.epoch, seq: to }))
    this.#world.metrics.gap(reason)
  }

  #deliver(connection: Connection, frame: Frame): void {
    if (connection.seq >= frame.lastSeq) return
    connection.write(frame.bytesAfter(connection.seq))
    this.#delivered.frames++
    this.#delivered.events += frame.lastSeq - connection.seq
    connection.seq = frame.lastSeq
    if (this.#isCongested(connection)) this.#fallBehind(connection)
  }

  #fallBehind(connection: Connection): void {
    this.#live.delete(connection)
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
    this.#fanOut.clear()
    for (const connection of this.connections) if (connection.state !== 'waiting') this.#resetOne(connection)
  }

  #resetOne(connection: Connection): void {
    const position = formatPosition(this.#tail.head)
    this.#place(connection, this.#tail.head.seq)
    connection.write(encodeNotice('reset', { position }) + encodePosition(this.#tail.head))
    this.#world.metrics.resumed('reset')
  }

  #measure(frame: Frame): void {
    const { metrics, clock } = this.#world
    metrics.delivered(this.#delivered.frames, this.#delivered.events)
    this.#delivered = { frames: 0, events: 0 }
    for (const { at } of frame.entries) metrics.deliveryLatency(clock.now() - at)
  }
}
