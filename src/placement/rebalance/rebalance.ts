import type { NodeEntry } from '../../registry/registry.ts'
import type { Assignment } from '../assignment.ts'
import { Draft } from './draft.ts'
import { finish } from './finish.ts'
import { Levelling } from './level.ts'
import { placeLost } from './lost.ts'
import { giveFreeSlots } from './newcomers.ts'
import type { RebalanceOptions } from './options.ts'
import { resizeSpread } from './spread.ts'
import { viewersOf } from './viewers.ts'

/**
 * The next assignment: pure, and the same for the same input. What a node lost, or is to be rid of, is placed at once
 * and alone; balance waits for the next step.
 * @param nodes the living realtime nodes with their last reports
 * @returns `current` itself when nothing is to change
 * @throws RangeError when there is neither a node nor an assignment
 */
export function rebalance(
  current: Assignment | null,
  nodes: readonly NodeEntry[],
  options: RebalanceOptions,
): Assignment {
  const urls = carriers(nodes)
  if (current && urls.length === 0) return current
  if (urls.length === 0) throw new RangeError('there is no node to assign slots to')
  const draft = new Draft(current, urls, viewersOf(current, nodes))
  if (!placeLost(draft)) {
    resizeSpread(draft, options)
    giveFreeSlots(draft, options)
    if (options.loadsAreFresh) new Levelling(draft, options).run()
  }
  return finish(current, draft)
}

/** Nodes that stop carry nothing, unless all do. */
function carriers(nodes: readonly NodeEntry[]): string[] {
  const staying = nodes.filter(({ load }) => !load.draining)
  return (staying.length > 0 ? staying : nodes).map(({ url }) => url).sort()
}
