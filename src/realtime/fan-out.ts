import type { Cancel, Clock } from '../domain/time.ts'
import type { Frame } from './frame.ts'
import type { Entry } from './ring.ts'
import { visitInSlices } from './slices.ts'

export interface FanOutParts<Viewer> {
  viewers: ReadonlySet<Viewer>
  clock: Clock
  sliceMs: number
  /**
   * Takes from the beginning of what waits what one frame is to hold, and makes it. Null, and nothing taken: what waits
   * is to wait on, until more comes or `holdMsMax` has passed.
   */
  makeFrame(pending: Entry[], isHeldLong: boolean): Frame | null
  /**
   * Makes a frame that holds what waits as well, for the viewers who have not had their turn. Null, and nothing taken: it
   * cannot be.
   */
  extendFrame(frame: Frame, pending: Entry[]): Frame | null
  /** The least time between two extensions. */
  extendMs: number
  /** The longest that events are held whose frame was not made. */
  holdMsMax: number
  /** Writes a frame to one viewer; called for each of them, in turns of `sliceMs`. */
  deliver(viewer: Viewer, frame: Frame): void
  /** All have it, some of them with more behind it; the event loop was held for `spentMs` in all. */
  written(frame: Frame, spentMs: number): void
  /** How long events gather from the start of one frame to the start of the next, as of now. */
  gatherMs(): number
}

/** The least time between two frames, as a part of what writing the first took: others must have a turn. */
const rest = 1 / 4

/**
 * Gathers new events into frames and writes each frame to all viewers of an audience.
 *
 * With many viewers that takes a while. So what comes meanwhile goes into the same write for those who have not had their
 * turn: nobody is sent old news while newer waits, and the last viewer is as near to the author as the first. The first ones
 * get it in the next round, in which each is sent what it lacks by its position.
 */
export class FanOut<Viewer> {
  readonly #parts: FanOutParts<Viewer>
  #pending: Entry[] = []
  #frame: Frame | null = null
  #frameMadeAt = 0
  /** `holding`: what waits is not to be seen yet. */
  #state: 'idle' | 'waiting' | 'writing' | 'holding' = 'idle'
  #startedAt = Number.NEGATIVE_INFINITY
  #heldSince: number | null = null
  /** Whether there was more than one frame holds: what was left over has gathered already. */
  #isCut = false
  #cancelWait: Cancel = () => {}
  #cancelVisits: Cancel = () => {}

  constructor(parts: FanOutParts<Viewer>) {
    this.#parts = parts
  }

  /** The next events of the log, in order. */
  add(entry: Entry): void {
    // Viewers who come later read the ring: what nobody watches need not wait for a frame.
    if (this.#parts.viewers.size === 0 && this.#state === 'idle') return
    this.#pending.push(entry)
    if (this.#state === 'idle' || this.#state === 'holding') this.#wait(this.#untilGathered())
  }

  /** Takes the bytes of a removed comment out of what waits and of what is half written. */
  erase(seq: number): void {
    for (const entry of [...this.#pending, ...(this.#frame?.entries ?? [])])
      if (entry.seq === seq) entry.bytes = Buffer.alloc(0)
    this.#frame?.recode()
  }

  /** Throws away what waits and what is half written: the log was begun anew, or the channel ends. */
  clear(): void {
    this.#cancelWait()
    this.#cancelVisits()
    this.#pending = []
    this.#frame = null
    this.#heldSince = null
    this.#state = 'idle'
  }

  #untilGathered(): number {
    const { clock, gatherMs } = this.#parts
    return Math.max(0, this.#startedAt + gatherMs() - clock.elapsed())
  }

  /** Not at once even for 0: events of one commit arrive one by one in the same turn, and share a frame. */
  #wait(delayMs: number): void {
    this.#cancelWait()
    this.#state = 'waiting'
    this.#cancelWait = this.#parts.clock.after(delayMs, () => this.#start())
  }

  #start(): void {
    const { clock, viewers, sliceMs, holdMsMax, makeFrame, deliver } = this.#parts
    this.#startedAt = clock.elapsed()
    const heldMs = this.#heldSince === null ? 0 : this.#startedAt - this.#heldSince
    const frame = makeFrame(this.#pending, heldMs >= holdMsMax)
    if (!frame) return this.#hold(holdMsMax - heldMs)
    this.#heldSince = null
    this.#isCut = this.#pending.length > 0
    this.#state = 'writing'
    this.#frame = frame
    this.#frameMadeAt = this.#startedAt
    const visit = (viewer: Viewer) => deliver(viewer, this.#frame ?? frame)
    const finish = (spentMs: number) => this.#finish(frame, spentMs)
    this.#cancelVisits = visitInSlices(viewers, visit, clock, sliceMs, finish, () => this.#extend())
  }

  #extend(): void {
    const { clock, extendMs, extendFrame } = this.#parts
    const now = clock.elapsed()
    if (!this.#frame || this.#isCut || this.#pending.length === 0 || now - this.#frameMadeAt < extendMs)
      return
    this.#frame = extendFrame(this.#frame, this.#pending) ?? this.#frame
    this.#frameMadeAt = now
  }

  #hold(leftMs: number): void {
    this.#heldSince ??= this.#startedAt
    this.#wait(leftMs)
    this.#state = 'holding'
  }

  /** @param frame as it was at the beginning of the round; what it was extended by, only some have */
  #finish(frame: Frame, spentMs: number): void {
    const extension = this.#frame?.entries.slice(frame.entries.length) ?? []
    this.#pending = [...extension, ...this.#pending]
    this.#frame = null
    this.#parts.written(frame, spentMs)
    if (this.#pending.length === 0) this.#state = 'idle'
    else this.#wait(Math.max(this.#isCut ? 0 : this.#untilGathered(), spentMs * rest))
  }
}
