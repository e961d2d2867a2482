import type { Epoch } from '../domain/position.ts'
import type { Connection } from './connection.ts'
import { FanOut } from './fan-out.ts'
import { Frame } from './frame.ts'
import { gatherMs } from './gathering.ts'
import type { Shown } from './rate.ts'
import type { Entry } from './ring.ts'
import { type Select, selectAll, selectSample } from './selection.ts'
import type { Tail } from './tail.ts'
import type { RealtimeWorld } from './world.ts'
import type { WriteDemand } from './write-demand.ts'

export interface AudienceParts {
  world: RealtimeWorld
  demand: WriteDemand
  tail: Pick<Tail, 'head'>
  /** A viewer did not take what it was sent. */
  fellBehind: (connection: Connection) => void
}

/** The live viewers of one live video who see the same: every comment, or the same sample. */
export class Audience {
  readonly live = new Set<Connection>()
  readonly #parts: AudienceParts
  readonly #fanOut: FanOut<Connection>
  #shown: Shown = 'all'
  /** Of the pending events: while the log restarts, the tail has the next epoch already. */
  #epoch: Epoch | null = null
  #select: Select
  /** Of the last frame, the part of the viewers whose socket did not take it at once. */
  #congested = 0
  /** Since the last report to the metrics, which would cost too much once per viewer. */
  #visits = { frames: 0, events: 0, bytes: 0, congested: 0 }

  constructor(shown: Shown, parts: AudienceParts) {
    const { clock, options } = parts.world
    this.#parts = parts
    this.#shown = shown
    this.#select = selectOf(shown, options.frameBytesMax)
    this.#fanOut = new FanOut({
      viewers: this.live,
      clock,
      sliceMs: options.sliceMs,
      holdMsMax: options.sampleHoldMsMax,
      makeFrame: (pending, isHeldLong) => this.#makeFrame(pending, isHeldLong),
      extendFrame: (frame, pending) => this.#extendFrame(frame, pending),
      extendMs: options.extendMs,
      deliver: (connection, frame) => this.#deliver(connection, frame),
      written: (frame, spentMs) => this.#written(frame, spentMs),
      gatherMs: () => this.#gatherMs(),
    })
  }

  /** The next events of the log, in order. */
  add(entry: Entry): void {
    this.#epoch = this.#parts.tail.head.epoch
    this.#fanOut.add(entry)
  }

  erase(seq: number): void {
    this.#fanOut.erase(seq)
  }

  clear(): void {
    this.#fanOut.clear()
  }

  /** Changes what its viewers see, from the next frame on. */
  show(shown: Shown): void {
    if (shown === this.#shown) return
    this.#shown = shown
    this.#select = selectOf(shown, this.#parts.world.options.frameBytesMax)
  }

  #gatherMs(): number {
    const { demand, world } = this.#parts
    // A sample is chosen from what gathers: it would not be one of single comments.
    if (this.#shown !== 'all') return world.options.gatherMsMax
    const pressure = { demand: demand.at(world.clock.elapsed()), congested: this.#congested }
    return gatherMs(pressure, world.options.gatherMsMax)
  }

  #makeFrame(pending: Entry[], isHeldLong: boolean): Frame | null {
    const selected = this.#select(pending, isHeldLong)
    if (!selected) return null
    return new Frame({ ...selected, epoch: this.#epoch, viewers: this.live.size })
  }

  /** A sample is never extended: it is chosen once, when its frame is made. */
  #extendFrame(frame: Frame, pending: Entry[]): Frame | null {
    const entries = [...frame.entries, ...pending]
    const size = entries.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (this.#shown !== 'all' || frame.isSample || size > this.#parts.world.options.frameBytesMax) return null
    pending.length = 0
    return new Frame({ entries, shown: null, epoch: this.#epoch, viewers: this.live.size })
  }

  #deliver(connection: Connection, frame: Frame): void {
    if (connection.seq >= frame.lastSeq) return
    const bytes = frame.bytesFor(connection)
    connection.writeCoded(bytes)
    this.#visits.frames++
    this.#visits.events += frame.eventsAfter(connection.seq)
    connection.seq = frame.lastSeq
    this.#visits.bytes += bytes.length
    const { bufferedBytes } = connection.socket
    if (bufferedBytes > 0) this.#visits.congested++
    if (bufferedBytes > this.#parts.world.options.outboxBytesMax) this.#parts.fellBehind(connection)
  }

  #written(frame: Frame, spentMs: number): void {
    const { world, demand } = this.#parts
    const { frames, events, bytes, congested } = this.#visits
    this.#visits = { frames: 0, events: 0, bytes: 0, congested: 0 }
    this.#congested = frames === 0 ? 0 : congested / frames
    const now = world.clock.elapsed()
    demand.add(frame.shownEvents, spentMs, now)
    world.metrics.delivered(frames, events, bytes)
    world.metrics.gathered(frame.shownEvents, this.#gatherMs(), demand.at(now))
    for (const { at } of frame.entries) world.metrics.deliveryLatency(Math.max(0, world.clock.now() - at))
  }
}

const selectOf = (shown: Shown, bytesMax: number): Select =>
  shown === 'all' ? selectAll(bytesMax) : selectSample(shown, bytesMax)
