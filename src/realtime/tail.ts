import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { type Epoch, markOf, type Position } from '../domain/position.ts'
import { type Cancel, jittered } from '../domain/time.ts'
import type { DatedHead, EventPage, Head } from '../store/store.ts'
import { encodeLogEvent } from './encode.ts'
import { type Entry, Ring } from './ring.ts'
import type { RealtimeWorld } from './world.ts'

/** How far one end of a log reaches: `seq` of the log that was begun anew `restarts` times. */
export interface Extent {
  restarts: number
  seq: number
}

export interface TailListener {
  /** The log went on by this entry. */
  advanced(entry: Entry): void
  /** The comment created by the event `seq` was removed: nothing of it may be written any more. */
  erased(seq: number): void
  /** The log was replaced or went back in time; everything before is void. */
  restarted(): void
}

/**
 * opening ──▶ following ⇄ restarting
 *
 * `following`: the ring ends where the log ends, as far as is known; new events are accepted in turn, and holes are repaired.
 * `opening` and `restarting`: the ring is being filled from the store, for the first time or because the log was replaced or
 * went back in time; events are held until it is full, and nothing goes to viewers.
 */
type TailState = 'opening' | 'following' | 'restarting'

/**
 * The end of one event log as this node knows it: in order, each event once, encoded once, the newest in a ring.
 * Events that the bus loses, repeats or reorders are repaired here from the store: sequence numbers have no holes.
 *
 * A store that is restored from a backup, or fails over to a replica that lagged, goes back in time: its log ends before
 * ours, or has other events at numbers that we know (they were appended at another moment). Every event, head and page is
 * checked for both, and then the log is read again from the store.
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
  #restarts = 0
  /** Events of other logs that came since the store was read. */
  #foreign = 0
  /** Up to where the log agreed with the store at the last check, and in which incarnation of the store. */
  #proven: { seq: number; incarnation: string | null } = { seq: 0, incarnation: null }
  /** From this event on the log may differ from the store's; new events are held until the two are compared. Null: no doubt. */
  #doubtfulFrom: number | null = null
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

  /** The newest removal: a page that was read when the log was shorter may hold a text that is erased by now. */
  get lastRemovalSeq(): number {
    return this.#lastRemovalSeq
  }

  /** How often the log restarted: pages that were read before are void. */
  get restarts(): number {
    return this.#restarts
  }

  /** Whether some events must be compared with the store first. */
  get isInDoubt(): boolean {
    return this.#doubtfulFrom !== null
  }

  /** False while the ring is being filled: what it holds is then not yet for viewers. */
  get following(): boolean {
    return this.#state === 'following'
  }

  /** Fills the ring with the newest events. To be called once the bus is subscribed; events may come in meanwhile. */
  async open(): Promise<void> {
    const heads = await this.#world.reader.readHeads([this.#liveVideoId])
    const head = heads.get(this.#liveVideoId) ?? noHead
    this.#begin(head)
    this.#proven = { seq: this.ring.lastSeq, incarnation: head.incarnation || null }
    await this.repair()
  }

  /** Takes an event from the bus, in any order and any number of times. */
  offer(event: LiveVideoEvent): void {
    if (!this.following) return this.#hold(event)
    if (this.#isForeign(event)) {
      this.#foreign++
      return this.#repairSoon()
    }
    if (event.seq <= this.ring.lastSeq) {
      if (this.isOther(event.seq, event.at)) this.doubt(event.seq)
      return
    }
    if (this.#doubtfulFrom !== null) return this.#hold(event)
    this.#hold(event)
    this.#acceptHeld()
  }

  /** How far the log reaches now; to be noted before the store is asked for a head. */
  get extent(): Extent {
    return { restarts: this.#restarts, seq: this.ring.lastSeq }
  }

  /**
   * Compares with a head read from the store: finds the last events if the bus lost them, and a log that went back.
   * @param head null: the store has no such log
   * @param asked the extent when the store was asked
   */
  compareHead(head: DatedHead | null, asked: Extent): void {
    // The log restarted during the read: the head says nothing about this one.
    if (asked.restarts !== this.#restarts) return
    // A restart that failed is tried again here; an opening, by the next viewer.
    if (this.#state === 'restarting') return this.#repairSoon()
    if (this.#state === 'opening') return
    const { epoch, seq, at } = head ?? noHead
    const { seq: provenSeq, incarnation: before } = this.#proven
    const incarnation = head?.incarnation ?? before
    this.#proven = { seq: Math.min(seq, this.ring.lastSeq), incarnation }
    // The store restarted: the bus may have brought new events behind some that the store lost.
    const isOld = before !== null && incarnation !== before && seq !== provenSeq
    if (epoch !== this.#epoch) this.#repairSoon()
    else if (seq < asked.seq || this.isOther(seq, at)) this.doubt(seq)
    else if (isOld) this.doubt(provenSeq)
    else if (seq > this.ring.lastSeq) this.#repairSoon()
  }

  /** Whether the event `seq` is known here and was appended at another moment: then it is another event. */
  isOther(seq: number, at: number): boolean {
    const known = this.ring.atOf(seq)
    return known !== null && known !== at
  }

  /** The store has another event at `seq`, or may have: new events are held until the two are compared. */
  doubt(seq: number): void {
    // A ring without events has none to doubt.
    if (this.ring.lastSeq > 0) this.#doubtfulFrom = Math.min(seq, this.#doubtfulFrom ?? seq)
    this.#repairSoon()
  }

  /** Whether a position is one of this log, as far as this end of it can tell. */
  knows({ epoch, seq, mark }: Position): boolean {
    const at = this.ring.atOf(seq)
    const isSame = mark === undefined || at === null || markOf(at) === mark
    return this.following && (epoch === null || epoch === this.#epoch) && seq <= this.ring.lastSeq && isSame
  }

  /** The place after the event `seq`. */
  positionAt(seq: number): Position {
    const at = this.ring.atOf(seq)
    return { epoch: this.#epoch, seq, mark: at === null ? undefined : markOf(at) }
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
    let from = this.ring.lastSeq
    for (let doubtfulFrom: number | null = null; ; ) {
      if (this.#doubtfulFrom !== doubtfulFrom) from = Math.min(from, this.#doubtfulFrom ?? from)
      doubtfulFrom = this.#doubtfulFrom
      const { lastSeq } = this.ring
      const held = new Map(this.#early)
      // Begins with an event that is known already, to see that the log is still the same.
      const page = await reader.readEvents(
        this.#liveVideoId,
        Math.max(0, from - 1),
        options.replayPageEvents + 1,
      )
      metrics.storeRead()
      const restarted = this.#take(page, lastSeq)
      const reached = restarted ? this.ring.lastSeq : (page.events.at(-1)?.seq ?? 0)
      const isWhole = page.head.epoch === this.#epoch && reached >= page.head.seq
      if (isWhole && this.#doubtfulFrom === doubtfulFrom) return this.#follow(held, page.head)
      if (!isWhole && !restarted && reached <= from)
        throw new Error(`the log of ${this.#liveVideoId} has a hole at ${from + 1}`)
      from = reached
    }
  }

  /** Events are stored before they are published: held events that the store does not have are lost. */
  #letGoOfLost(held: ReadonlyMap<number, LiveVideoEvent>, head: Head): void {
    let lost = this.#state === 'following' ? this.#foreign : 0
    this.#foreign = 0
    for (const [seq, event] of held)
      if (seq > head.seq && this.#early.get(seq) === event && this.#early.delete(seq)) lost++
    if (lost > 0) this.#world.metrics.unknownEvents(lost)
  }

  /**
   * @param knownSeq where this end was when the page was asked for
   * @returns whether the page showed that the log is another one now, or went back
   */
  #take({ head, events }: EventPage, knownSeq: number): boolean {
    this.#epoch ??= head.epoch
    const isOther = this.#isPastDoubt || events.some(({ seq, at }) => this.isOther(seq, at))
    if (head.epoch !== this.#epoch || head.seq < knownSeq || isOther) {
      if (this.#state !== 'restarting') this.#restarts++
      this.#state = 'restarting'
      this.#doubtfulFrom = null
      this.#begin(head)
      return true
    }
    const before = this.ring.lastSeq
    const [first] = events
    if (this.ring.length === 0 && first?.seq === before) this.ring.restart(before, first.at)
    for (const event of events) this.#accept(event)
    if (this.following) this.#world.metrics.repaired(this.ring.lastSeq - before)
    return false
  }

  /** Whether the events in doubt have left the ring, so that they can't be compared. */
  get #isPastDoubt(): boolean {
    return this.#doubtfulFrom !== null && this.#doubtfulFrom < this.ring.lastSeq - this.ring.length
  }

  /** @param held events that were held before the log was read, and its head then */
  #follow(held: ReadonlyMap<number, LiveVideoEvent>, head: Head): void {
    this.#letGoOfLost(held, head)
    const restarted = this.#state === 'restarting'
    this.#state = 'following'
    this.#doubtfulFrom = null
    if (restarted) {
      this.#world.metrics.logRestarted()
      this.#listener.restarted()
    }
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
    // Only the store says which log begins: the bus may still bring the last events of a dead one.
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

const noHead: DatedHead = { epoch: null, seq: 0, at: 0, incarnation: '' }

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
