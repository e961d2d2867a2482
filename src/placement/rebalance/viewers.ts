import type { LiveVideoId } from '../../domain/live-video.ts'
import type { NodeEntry } from '../../registry/registry.ts'
import type { Assignment } from '../assignment.ts'
import { slotCount, slotOf } from '../slots.ts'

/** Who watches what, on all nodes together: where the viewers sit at the moment is left out on purpose. */
export interface Viewers {
  /** By slot, without the viewers of spread live videos. */
  slots: Float64Array
  /** Of each live video that a node named among its largest. */
  liveVideos: Map<LiveVideoId, number>
}

/**
 * Adds up the reports. A viewer counts for its slot or its spread live video, wherever it sits: what has just been
 * moved so weighs at its new place at once, before anybody has reported from there.
 */
export function viewersOf(current: Assignment | null, nodes: readonly NodeEntry[]): Viewers {
  const viewers: Viewers = { slots: new Float64Array(slotCount), liveVideos: addUpLiveVideos(nodes) }
  const spread = new Set(Object.keys(current?.spread ?? {}))
  const owned = slotsByUrl(current)
  for (const node of nodes) addReport(viewers.slots, node, owned.get(node.url) ?? [], spread)
  if (current) guessLost(viewers.slots, current, new Set(nodes.map(({ url }) => url)))
  return viewers
}

function addUpLiveVideos(nodes: readonly NodeEntry[]): Map<LiveVideoId, number> {
  const sums = new Map<LiveVideoId, number>()
  for (const { load } of nodes)
    for (const { liveVideoId, viewers } of load.liveVideos)
      sums.set(liveVideoId, (sums.get(liveVideoId) ?? 0) + viewers)
  return sums
}

function addReport(
  slots: Float64Array,
  { load }: NodeEntry,
  owned: number[],
  spread: ReadonlySet<LiveVideoId>,
): void {
  const spreadViewers = new Map<number, number>()
  let rest = load.viewers
  for (const { liveVideoId, viewers } of load.liveVideos) {
    if (!spread.has(liveVideoId)) continue
    const slot = slotOf(liveVideoId)
    spreadViewers.set(slot, (spreadViewers.get(slot) ?? 0) + viewers)
  }
  const reported = new Map(load.slots.map(({ slot, viewers }) => [slot, viewers]))
  for (const [slot, viewers] of reported) {
    slots[slot] = (slots[slot] ?? 0) + Math.max(0, viewers - (spreadViewers.get(slot) ?? 0))
    rest -= viewers
  }
  for (const [slot, viewers] of spreadViewers) if (!reported.has(slot)) rest -= viewers
  addRest(
    slots,
    rest,
    owned.filter((slot) => !reported.has(slot)),
    [...reported.values()],
  )
}

/** Only the heaviest slots are reported. The other viewers are in the other slots, none of which has more than those. */
function addRest(slots: Float64Array, rest: number, others: number[], reported: number[]): void {
  const each = Math.min(rest / others.length, ...reported.slice(-1))
  if (each > 0) for (const slot of others) slots[slot] = (slots[slot] ?? 0) + each
}

/** Of a slot whose node is gone nothing is known: it counts as one like the others. */
function guessLost(slots: Float64Array, current: Assignment, alive: ReadonlySet<string>): void {
  const isLost = current.nodes.map((url) => !alive.has(url))
  if (!isLost.includes(true)) return
  const lost = current.slots.flatMap((index, slot) => (isLost[index] ? [slot] : []))
  const known = slots.reduce((sum, viewers) => sum + viewers, 0)
  const mean = known / Math.max(1, slotCount - lost.length)
  for (const slot of lost) slots[slot] = Math.max(slots[slot] ?? 0, mean)
}

function slotsByUrl(assignment: Assignment | null): Map<string, number[]> {
  const lists = new Map<string, number[]>(assignment?.nodes.map((url) => [url, []]))
  for (const [slot, index] of assignment?.slots.entries() ?? [])
    lists.get(assignment?.nodes[index] ?? '')?.push(slot)
  return lists
}
