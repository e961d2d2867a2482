import type { Entry } from './ring.ts'
import { Sampler } from './sampling.ts'

/** What of the waiting events makes the next frame, and who of them is shown. */
export interface Selected {
  entries: Entry[]
  /** Null: all of them. */
  shown: ReadonlySet<number> | null
}

/** Takes from the beginning of what waits. Null, and nothing is taken: there is nothing to show yet. */
export type Select = (pending: Entry[], isHeldLong: boolean) => Selected | null

/** Everything, `bytesMax` in a frame but for a single larger event. */
export const selectAll =
  (bytesMax: number): Select =>
  (pending) => ({ entries: pending.splice(0, countWithin(sizesOf(pending), bytesMax)), shown: null })

/**
 * A sample of `rate` comments a second. While nothing is to be shown all wait on, and are chosen from together; those who
 * have waited long are told by the newest of them, at least.
 */
export function selectSample(rate: number, bytesMax: number): Select {
  const sampler = new Sampler(rate)
  return (pending, isHeldLong) => {
    const chosen = sampler.choose(pending)
    const newest = pending.at(-1)
    if (!newest || (chosen.size === 0 && !isHeldLong)) return null
    if (chosen.size === 0) sampler.owe(newest)
    const isShown = ({ seq }: Entry) => (chosen.size > 0 ? chosen.has(seq) : seq === newest.seq)
    const sizes = pending.map((entry) => (isShown(entry) ? entry.bytes.length : 0))
    const entries = pending.splice(0, countWithin(sizes, bytesMax))
    sampler.giveBack(pending.filter(isShown))
    return { entries, shown: new Set(entries.filter(isShown).map(({ seq }) => seq)) }
  }
}

/** How many pieces in a row fit, one at least. */
function countWithin(sizes: readonly number[], bytesMax: number): number {
  let sum = 0
  const end = sizes.findIndex((size, index) => {
    sum += size
    return index > 0 && sum > bytesMax
  })
  return end === -1 ? sizes.length : end
}

const sizesOf = (entries: readonly Entry[]): number[] => entries.map(({ bytes }) => bytes.length)
