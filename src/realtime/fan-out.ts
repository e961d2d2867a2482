import type { Cancel, Clock } from '../domain/time.ts'
import type { Frame } from './frame.ts'
import type { Entry } from './ring.ts'
import { visitInSlices } from './slices.ts'

export interface FanOutParts<Viewer> {
  viewers: ReadonlySet<Viewer>
  clock: Clock
  sliceMs: number
  /**
   * Takes the events of one frame from the beginning of `pending`, and makes the frame. Null, with nothing taken: the events
   * wait on, until more come or `holdMsMax` has passed.
   */
  makeFrame(pending: Entry[], isHeldLong: boolean): Frame | null
  /**
   * Makes a frame that holds the pending events as well, for the viewers who have not had their turn. Null, with nothing
   * taken: it cannot be extended.
   */
  extendFrame(frame: Frame, pending: Entry[]): Frame | null
  /** The least time between two extensions. */
  extendMs: number
  /** The longest that events wait after `makeFrame` returned null. */
  holdMsMax: number
  /** Writes a frame to one viewer; called for each of them, in turns of `sliceMs`. */
  deliver(viewer: Viewer, frame: Frame): void
  /** Every viewer has the frame, some of them an extended one; writing it took `spentMs` of the event loop. */
  written(frame: Frame, spentMs: number): void
  /** How long events gather from the start of one frame to the start of the next, as of now. */
  gatherMs(): number
}

/** The least pause after a frame, as a part of the time that writing it took: other work must have a turn. */
const rest = 1 / 4

/**
 * Gathers new events into frames and writes each frame to all viewers of an audience.
 *
 * With many viewers that takes a while. Events that arrive meanwhile are added to the frame for the viewers who have not had
 * their turn, so that the last viewer sees them as early as the first. The others get them in the next round: each viewer is
 * sent the events after its own position.
 */
export class FanOut<Viewer> {
  readonly #parts: FanOutParts<Viewer>
  #pending: Entry[] = []
  #frame: Frame | null = null
  #frameMadeAt = 0
  /** `holding`: `makeFrame` returned null for the pending events. */
  #state: 'idle' | 'waiting' | 'writing' | 'holding' = 'idle'
  #startedAt = Number.NEGATIVE_INFINITY
  #heldSince: number | null = null
  /** Whether more was pending than one frame holds: the rest has gathered already. */
  #isCut = false
  #cancelWait: Cancel = () => {}
  #cancelVisits: Cancel = () => {}

  constructor(parts: FanOutParts<Viewer>) {
    this.#parts = parts
  }

  /** The next events of the log, in order. */
  add(entry: Entry): void {
    // Without viewers no frame is needed: those who come later read the ring.
    if (this.#parts.viewers.size === 0 && this.#state === 'idle') return
    this.#pending.push(entry)
    if (this.#state === 'idle' || this.#state === 'holding') this.#wait(this.#untilGathered())
  }

  /** Takes the bytes of a removed comment out of the pending events and the frame that is half written. */
  erase(seq: number): void {
    for (const entry of [...this.#pending, ...(this.#frame?.entries ?? [])])
      if (entry.seq === seq) entry.bytes = Buffer.alloc(0)
    this.#frame?.recode()
  }

  /** Drops the pending events and the frame that is half written: the log restarted, or the channel ends. */
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

  /** @param frame as it was at the beginning of the round: only some viewers have what was added since */
  #finish(frame: Frame, spentMs: number): void {
    const extension = this.#frame?.entries.slice(frame.entries.length) ?? []
    this.#pending = [...extension, ...this.#pending]
    this.#frame = null
    this.#parts.written(frame, spentMs)
    if (this.#pending.length === 0) this.#state = 'idle'
    else this.#wait(Math.max(this.#isCut ? 0 : this.#untilGathered(), spentMs * rest))
  }
}
