import type { Cancel, Clock } from '../domain/time.ts'
import { Frame } from './frame.ts'
import type { Entry } from './ring.ts'
import { visitInSlices } from './slices.ts'

export interface FanOutOptions {
  frameBytesMax: number
  gatherMsMax: number
  sliceMs: number
}

/** Writes a frame to one viewer; called for each of them, in turns of `sliceMs`. */
export type Deliver<Viewer> = (viewer: Viewer, frame: Frame) => void

/**
 * Gathers a channel's new events into frames and writes each frame to all of its viewers.
 *
 * A quiet channel waits for nothing. When events came while a frame was written (which took t), the next frame gathers
 * for another t, 100 ms at most: a busy channel then writes half of the time whatever the load, and the busier it is, the
 * more events share one write, which is what costs.
 */
export class FanOut<Viewer> {
  readonly #viewers: ReadonlySet<Viewer>
  readonly #deliver: Deliver<Viewer>
  readonly #written: (frame: Frame) => void
  readonly #clock: Clock
  readonly #options: FanOutOptions
  #pending: Entry[] = []
  #frame: Frame | null = null
  #state: 'idle' | 'writing' | 'resting' = 'idle'
  #cancelRest: Cancel = () => {}
  #cancelVisits: Cancel = () => {}

  constructor(
    viewers: ReadonlySet<Viewer>,
    deliver: Deliver<Viewer>,
    written: (frame: Frame) => void,
    clock: Clock,
    options: FanOutOptions,
  ) {
    this.#viewers = viewers
    this.#deliver = deliver
    this.#written = written
    this.#clock = clock
    this.#options = options
  }

  /** The next events of the log, in order. */
  add(entry: Entry): void {
    // Viewers who come later read the ring: what nobody watches need not wait for a frame.
    if (this.#viewers.size === 0 && this.#state === 'idle') return
    this.#pending.push(entry)
    if (this.#state === 'idle') this.#soon(0)
  }

  /** Takes the bytes of a removed comment out of what waits and of what is half written. */
  erase(seq: number): void {
    for (const entry of [...this.#pending, ...(this.#frame?.entries ?? [])])
      if (entry.seq === seq) entry.bytes = Buffer.alloc(0)
    this.#frame?.rejoin()
  }

  /** Throws away what waits and what is half written: the log was begun anew, or the channel ends. */
  clear(): void {
    this.#cancelRest()
    this.#cancelVisits()
    this.#pending = []
    this.#frame = null
    this.#state = 'idle'
  }

  /** Events of one commit arrive one by one in the same turn: the frame is made after the last of them. */
  #soon(delayMs: number): void {
    this.#state = 'resting'
    this.#cancelRest = this.#clock.after(delayMs, () => this.#start())
  }

  #start(): void {
    this.#state = 'writing'
    const frame = new Frame(this.#takePending())
    this.#frame = frame
    const deliver = (viewer: Viewer) => this.#deliver(viewer, frame)
    const finish = (spentMs: number) => this.#finish(frame, spentMs)
    this.#cancelVisits = visitInSlices(this.#viewers, deliver, this.#clock, this.#options.sliceMs, finish)
  }

  #takePending(): Entry[] {
    let size = 0
    const end = this.#pending.findIndex((entry, index) => {
      size += entry.bytes.length
      return index > 0 && size > this.#options.frameBytesMax
    })
    return this.#pending.splice(0, end === -1 ? this.#pending.length : end)
  }

  #finish(frame: Frame, spentMs: number): void {
    this.#frame = null
    this.#written(frame)
    if (this.#pending.length === 0) this.#state = 'idle'
    else this.#soon(Math.min(spentMs, this.#options.gatherMsMax))
  }
}
