import { Frame } from './frame.ts'
import type { RealtimeOptions } from './options.ts'
import type { Shown } from './rate.ts'
import type { Entry } from './ring.ts'
import { Sampler } from './sampling.ts'
import type { Tail } from './tail.ts'

/** Runs remembered: of those who come at the same time, most begin at the same few places. */
const runsMax = 16

/** What viewers who are behind are sent from the ring, made once for all who come from the same place at the same time. */
export class Runs {
  readonly #tail: Pick<Tail, 'ring' | 'head'>
  readonly #options: RealtimeOptions
  readonly #known = new Map<string, Frame>()

  constructor(tail: Pick<Tail, 'ring' | 'head'>, options: RealtimeOptions) {
    this.#tail = tail
    this.#options = options
  }

  /**
   * The events after `seq`, `frameBytesMax` long at most but for a single larger one. Only for a `seq` that the ring covers.
   * @param viewers of the channel; the more there are, the more may come from there
   */
  after(seq: number, shown: Shown, viewers: number): Frame {
    const { ring } = this.#tail
    const key = `${seq}-${ring.lastSeq}-${shown}`
    const known = this.#known.get(key)
    if (known) return known
    const entries = ring.after(seq, this.#options.frameBytesMax)
    const run = new Frame({
      entries,
      shown: this.#sample(entries, shown),
      epoch: this.#tail.head.epoch,
      viewers,
    })
    if (this.#known.size === runsMax) this.clear()
    this.#known.set(key, run)
    return run
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
