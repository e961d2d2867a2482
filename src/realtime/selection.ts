import type { Entry } from './ring.ts'
import { Sampler } from './sampling.ts'
import { takeWithin } from './take-within.ts'

/** The pending events that make the next frame, and those of them that are shown. */
export interface Selected {
  entries: Entry[]
  /** Sequence numbers; null: all of them. */
  shown: ReadonlySet<number> | null
}

/** Takes events from the beginning of `pending`. Null, with nothing taken: there is nothing to show yet. */
export type Select = (pending: Entry[], isHeldLong: boolean) => Selected | null

/** Every event; `bytesMax` in a frame, except for a single larger event. */
export const selectAll =
  (bytesMax: number): Select =>
  (pending) => {
    const { length } = takeWithin(pending, ({ bytes }) => bytes.length, bytesMax)
    return { entries: pending.splice(0, length), shown: null }
  }

/**
 * A sample of `rate` comments a second. Events wait until the budget allows one, and are then chosen from together; after the
 * hold limit the newest is shown in any case.
 */
export function selectSample(rate: number, bytesMax: number): Select {
  const sampler = new Sampler(rate)
  return (pending, isHeldLong) => {
    const chosen = sampler.choose(pending)
    const newest = pending.at(-1)
    if (!newest || (chosen.size === 0 && !isHeldLong)) return null
    if (chosen.size === 0) sampler.owe(newest)
    const isShown = ({ seq }: Entry) => (chosen.size > 0 ? chosen.has(seq) : seq === newest.seq)
    const shownSize = (entry: Entry) => (isShown(entry) ? entry.bytes.length : 0)
    const entries = pending.splice(0, takeWithin(pending, shownSize, bytesMax).length)
    sampler.giveBack(pending.filter(isShown))
    return { entries, shown: new Set(entries.filter(isShown).map(({ seq }) => seq)) }
  }
}
