import { Frame } from './frame.ts'
import type { RealtimeOptions } from './options.ts'
import type { Shown } from './rate.ts'
import type { Entry } from './ring.ts'
import { Sampler } from './sampling.ts'
import type { Tail } from './tail.ts'

/** Runs remembered: of the viewers who come at the same time, most begin at the same few places. */
const runsMax = 16

/**
 * A run is not compressed for the first viewers that ask for it: they may be one client that has chosen a place of its own,
 * and deflating all of a ring holds the event loop for forty milliseconds. Stored blocks cost nothing.
 */
const storedAsksMax = 3

interface Run {
  frame: Frame
  /** How often it was asked for. */
  asks: number
}

/** Bytes from the ring for viewers that are behind, made once for all that come from the same place at the same time. */
export class Runs {
  readonly #tail: Pick<Tail, 'ring' | 'head'>
  readonly #options: RealtimeOptions
  readonly #known = new Map<string, Run>()

  constructor(tail: Pick<Tail, 'ring' | 'head'>, options: RealtimeOptions) {
    this.#tail = tail
    this.#options = options
  }

  /**
   * The events after `seq`, `frameBytesMax` long at most but for a single larger one. Only for a `seq` that the ring covers.
   * @param viewers of the channel; the more there are, the more may come from there
   */
  after(seq: number, shown: Shown, viewers: number): Frame {
    const key = `${seq}-${this.#tail.ring.lastSeq}-${shown}`
    const run = this.#known.get(key) ?? { frame: this.#frame(seq, shown, 1), asks: 0 }
    if (++run.asks === storedAsksMax + 1) run.frame = this.#frame(seq, shown, viewers)
    this.#remember(key, run)
    return run.frame
  }

  #frame(seq: number, shown: Shown, viewers: number): Frame {
    const entries = this.#tail.ring.after(seq, this.#options.frameBytesMax)
    return new Frame({ entries, shown: this.#sample(entries, shown), epoch: this.#tail.head.epoch, viewers })
  }

  /** Remembers a run as the newest, and forgets the one that was asked for longest ago. */
  #remember(key: string, run: Run): void {
    this.#known.delete(key)
    const [oldest = ''] = this.#known.keys()
    if (this.#known.size === runsMax) this.#known.delete(oldest)
    this.#known.set(key, run)
  }

  /** To be called when an event in the ring has changed. */
  clear(): void {
    this.#known.clear()
  }

  /** A few are shown whole: they are the history that a viewer asked for, or a moment that it missed. */
  #sample(entries: Entry[], shown: Shown): ReadonlySet<number> | null {
    const isShort = entries.length <= this.#options.eventsAfterGap
    return shown === 'all' || isShort ? null : new Sampler(shown).choose(entries)
  }
}
