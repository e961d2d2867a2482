import { slotCount } from '../slots.ts'
import type { Draft } from './draft.ts'
import type { RebalanceOptions } from './options.ts'

/**
 * Gives nodes with few slots and little load their part of the slots that nobody watches: that disturbs no viewer, so it
 * waits for nothing. Two nodes that start one after the other so share the slots at once.
 */
export function giveFreeSlots(draft: Draft, { underloaded }: RebalanceOptions): void {
  const nodes = [...draft.urls.keys()]
  const [loadMin, slotsMin] = [underloaded * draft.meanLoad, slotCount / nodes.length / 2]
  const poor = nodes.filter((node) => draft.loadOf(node) < loadMin && draft.slotsOf(node).size < slotsMin)
  if (poor.length === 0) return
  const free = nodes.map((node) => [...draft.slotsOf(node)].filter((slot) => draft.viewersOfSlot(slot) === 0))
  const fair = Math.floor(free.flat().length / nodes.length)
  for (const node of poor) take(draft, free, node, fair)
}

/** Each from the node that has most of them. */
function take(draft: Draft, free: number[][], node: number, fair: number): void {
  const own = draft.slotsOf(node)
  while (own.size < fair) {
    const most = free.reduce((a, b) => (b.length > a.length ? b : a))
    const slot = most.length > own.size + 1 ? most.pop() : undefined
    if (slot === undefined) return
    draft.giveSlot(slot, node)
  }
}
