import type { Assignment } from '../assignment.ts'
import { slotCount } from '../slots.ts'
import type { Draft } from './draft.ts'

/** The draft as an assignment of its own generation, or `current` itself when that says the same. */
export function finish(current: Assignment | null, draft: Draft): Assignment {
  const slots = Array.from({ length: slotCount }, (_, slot) => draft.ownerOf(slot))
  const spread = [...draft.spread].map(([liveVideoId, { nodes }]) => [liveVideoId, [...nodes]] as const)
  const used = [...new Set([...slots, ...spread.flatMap(([, nodes]) => nodes)])].sort((a, b) => a - b)
  const indexes = new Map(used.map((node, index) => [node, index]))
  const indexOf = (node: number) => indexes.get(node) ?? 0
  const next: Assignment = {
    generation: (current?.generation ?? 0) + 1,
    nodes: used.map((node) => draft.urls[node] ?? ''),
    slots: slots.map(indexOf),
    spread: Object.fromEntries(
      spread
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([liveVideoId, nodes]) => [liveVideoId, nodes.map(indexOf).sort((a, b) => a - b)]),
    ),
  }
  return current && saysTheSame(current, next) ? current : next
}

function saysTheSame(one: Assignment, other: Assignment): boolean {
  const urlOf = ({ nodes }: Assignment, index: number | undefined) => nodes[index ?? -1]
  const sameSlots = one.slots.every((index, slot) => urlOf(one, index) === urlOf(other, other.slots[slot]))
  return sameSlots && spreadText(one) === spreadText(other)
}

const spreadText = ({ nodes, spread }: Assignment): string =>
  JSON.stringify(
    Object.entries(spread)
      .map(([liveVideoId, indexes]) => [liveVideoId, indexes.map((index) => nodes[index]).sort()])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  )
