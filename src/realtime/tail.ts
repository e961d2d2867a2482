import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { Epoch } from '../domain/position.ts'
import { type Cancel, jittered } from '../domain/time.ts'
import type { EventPage, Head } from '../store/store.ts'
import { encodeLogEvent } from './encode.ts'
import { type Entry, Ring } from './ring.ts'
import type { RealtimeWorld } from './world.ts'

export interface TailListener {
  /** The log went on by this entry. */
  advanced(entry: Entry): void
  /** The comment created by the event `seq` was removed: nothing of it may be written any more. */
  erased(seq: number): void
  /** The log is another one now; everything before is void. */
  restarted(): void
}

/**
 * opening ──▶ following ⇄ restarting
 *
 * `following`: the ring ends where the log ends, as far as is known; new events are accepted in turn, and a hole is
 * repaired. `opening` and `restarting`: the ring is being filled from the store, for the first time or because the log is
 * another one now; events are held until it is full, and nothing goes to viewers.
 */
type TailState = 'opening' | 'following' | 'restarting'

/**
 * The end of one event log as this node knows it: in order, each event once, encoded once, the newest in a ring.
 * Whatever the bus loses, repeats or reorders is repaired here from the store, because sequence numbers have no holes.
 */
export class Tail {
  readonly ring: Ring
  readonly #liveVideoId: LiveVideoId
  readonly #world: RealtimeWorld
  readonly #listener: TailListener
  readonly #early = new Map<number, LiveVideoEvent>()
  #state: TailState = 'opening'
  #epoch: Epoch | null = null
  #lastRemovalSeq = 0
  #repairing: Promise<void> | null = null
  #cancelRepair: Cancel | null = null
  #closed = false

  constructor(liveVideoId: LiveVideoId, world: RealtimeWorld, listener: TailListener) {
    this.#liveVideoId = liveVideoId
    this.#world = world
    this.#listener = listener
    this.ring = new Ring(world.options.ringEventsMax, world.options.ringBytesMax)
  }

  get head(): Head {
    return { epoch: this.#epoch, seq: this.ring.lastSeq }
  }

  /** The newest removal: what was read from the store while the log was shorter may hold a text that is erased by now. */
  get lastRemovalSeq(): number {
    return this.#lastRemovalSeq
  }

  /** False while the ring is being filled: what it holds is then not yet for viewers. */
  get following(): boolean {
    return this.#state === 'following'
  }

  /** Fills the ring with the newest events. To be called once the bus is subscribed; events may come in meanwhile. */
  async open(): Promise<void> {
    const heads = await this.#world.reader.readHeads([this.#liveVideoId])
    this.#begin(heads.get(this.#liveVideoId) ?? { epoch: null, seq: 0 })
    await this.repair()
  }

  /** Takes an event from the bus: in any order, any number of times. */
  offer(event: LiveVideoEvent): void {
    if (!this.following) return this.#hold(event)
    if (this.#isForeign(event)) return this.#repairSoon()
    if (event.seq <= this.ring.lastSeq) return
    this.#hold(event)
    this.#acceptHeld()
  }

  /** Compares with a head read from the store: finds what the bus lost last. */
  compareHead(head: Head): void {
    if (head.epoch !== this.#epoch || head.seq > this.ring.lastSeq) this.#repairSoon()
  }

  /** Reads from the store until this end is the log's. Rejects when the store does. */
  repair(): Promise<void> {
    this.#repairing ??= this.#readOn().finally(() => {
      this.#repairing = null
    })
    return this.#repairing
  }

  close(): void {
    this.#closed = true
    this.#cancelRepair?.()
  }

  #begin(head: Head): void {
    this.#epoch = head.epoch
    this.#lastRemovalSeq = 0
    this.ring.restart(Math.max(0, head.seq - this.#world.options.ringEventsMax))
  }

  async #readOn(): Promise<void> {
    const { reader, options, metrics } = this.#world
    const heldBefore = [...this.#early.keys()]
    for (;;) {
      const from = this.ring.lastSeq
      const page = await reader.readEvents(this.#liveVideoId, from, options.replayPageEvents)
      metrics.storeRead()
      const restarted = this.#take(page)
      if (page.head.epoch === this.#epoch && this.ring.lastSeq >= page.head.seq) break
      if (!restarted && this.ring.lastSeq === from)
        throw new Error(`the log of ${this.#liveVideoId} has a hole at ${from + 1}`)
    }
    // Events of a log that the store does not have: it was lost, and they came late.
    if (this.#epoch === null) for (const seq of heldBefore) this.#early.delete(seq)
    this.#follow()
  }

  /** Returns whether the page showed that the log is another one now. */
  #take({ head, events }: EventPage): boolean {
    this.#epoch ??= head.epoch
    if (head.epoch !== this.#epoch) {
      this.#state = 'restarting'
      this.#begin(head)
      return true
    }
    const before = this.ring.lastSeq
    for (const event of events) this.#accept(event)
    if (this.following) this.#world.metrics.repaired(this.ring.lastSeq - before)
    return false
  }

  #follow(): void {
    const restarted = this.#state === 'restarting'
    this.#state = 'following'
    if (restarted) this.#listener.restarted()
    this.#acceptHeld()
  }

  #hold(event: LiveVideoEvent): void {
    if (this.#early.size < this.#world.options.earlyEventsMax) this.#early.set(event.seq, event)
    else if (this.following) this.#repairSoon()
  }

  #isForeign(event: LiveVideoEvent): boolean {
    return this.#epoch !== null && event.epoch !== this.#epoch
  }

  #acceptHeld(): void {
    // Which log it is that begins, the store alone says: the bus may still bring the last events of a dead one.
    if (this.#epoch !== null)
      for (let next = this.#nextHeld(); next; next = this.#nextHeld()) this.#accept(next)
    for (const [seq, event] of this.#early)
      if (seq <= this.ring.lastSeq || this.#isForeign(event)) this.#early.delete(seq)
    if (this.#early.size > 0) this.#repairSoon(this.#epoch === null ? 0 : this.#world.options.repairDelayMs)
  }

  #nextHeld(): LiveVideoEvent | undefined {
    const event = this.#early.get(this.ring.lastSeq + 1)
    if (event) this.#early.delete(event.seq)
    return event
  }

  #accept(event: LiveVideoEvent): void {
    if (event.seq !== this.ring.lastSeq + 1 || event.epoch !== this.#epoch) return
    const entry = entryOf(event)
    if (event.type === 'comment.removed') this.#erase(event)
    this.ring.push(entry)
    if (this.following) this.#listener.advanced(entry)
  }

  #erase({ seq, commentSeq }: { seq: number; commentSeq: number }): void {
    this.#lastRemovalSeq = seq
    this.ring.erase(commentSeq)
    this.#listener.erased(commentSeq)
  }

  #repairSoon(delayMs = this.#world.options.repairDelayMs): void {
    if (this.#closed || this.#cancelRepair) return
    this.#cancelRepair = this.#world.clock.after(jittered(delayMs, this.#world.random), () => {
      this.#cancelRepair = null
      // A failed repair is tried again until the store answers: the hole does not go away by itself.
      this.repair().catch((error) => {
        this.#world.report(error)
        this.#repairSoon(this.#world.options.repairRetryMs)
      })
    })
  }
}

function entryOf(event: LiveVideoEvent): Entry {
  const author = event.type === 'comment.created' ? event.comment.author : null
  return {
    seq: event.seq,
    at: event.at,
    isComment: author !== null,
    authorId: author?.id ?? '',
    always: author?.role !== undefined,
    bytes: encodeLogEvent(event),
  }
}
