import type { LiveVideoId } from '../../domain/live-video.ts'
import { type NodeEntry, type NodeLoad, noLoad } from '../../registry/registry.ts'
import type { Assignment } from '../assignment.ts'
import { slotOf } from '../slots.ts'

/** How many viewers each live video has. */
export type Audience = ReadonlyMap<LiveVideoId, number>

export const url = (index: number): string => `http://node-${String(index).padStart(4, '0')}:8080`

export const entry = (index: number, load: Partial<NodeLoad> = {}): NodeEntry => ({
  url: url(index),
  roles: ['realtime'],
  load: { ...noLoad, ...load },
})

export const idle = (count: number): NodeEntry[] => Array.from({ length: count }, (_, index) => entry(index))

/** What the nodes report once every viewer is where the assignment wants it. */
export function settled(
  nodes: readonly NodeEntry[],
  assignment: Assignment,
  audience: Audience,
  slotsReported = 4_096,
  liveVideosReported = 50,
): NodeEntry[] {
  const watched = new Map(nodes.map(({ url }) => [url, new Map<LiveVideoId, number>()]))
  for (const [liveVideoId, viewers] of audience) {
    const indexes = assignment.spread[liveVideoId] ?? [assignment.slots[slotOf(liveVideoId)] ?? -1]
    for (const [at, index] of indexes.entries()) {
      const part = Math.floor(viewers / indexes.length) + (at < viewers % indexes.length ? 1 : 0)
      watched.get(assignment.nodes[index] ?? '')?.set(liveVideoId, part)
    }
  }
  return nodes.map((node) => {
    const { viewers, liveVideos, slots } = summarize(watched.get(node.url) ?? new Map())
    const load = { ...node.load, viewers, liveVideos: liveVideos.slice(0, liveVideosReported) }
    return { ...node, load: { ...load, slots: slots.slice(0, slotsReported) } }
  })
}

function summarize(watched: ReadonlyMap<LiveVideoId, number>) {
  const slots = new Map<number, number>()
  for (const [liveVideoId, viewers] of watched) {
    const slot = slotOf(liveVideoId)
    slots.set(slot, (slots.get(slot) ?? 0) + viewers)
  }
  const liveVideos = [...watched].map(([liveVideoId, viewers]) => ({ liveVideoId, viewers }))
  return {
    viewers: liveVideos.reduce((sum, { viewers }) => sum + viewers, 0),
    liveVideos: mostFirst(liveVideos),
    slots: mostFirst([...slots].map(([slot, viewers]) => ({ slot, viewers }))),
  }
}

const mostFirst = <One extends { viewers: number }>(ones: One[]): One[] =>
  ones.filter(({ viewers }) => viewers > 0).sort((a, b) => b.viewers - a.viewers)

/** The busiest node as a multiple of the mean. */
export function imbalance(nodes: readonly NodeEntry[]): number {
  const loads = nodes.map(({ load }) => load.viewers)
  return Math.max(...loads) / (loads.reduce((sum, load) => sum + load, 0) / loads.length)
}

/** A few live videos have most of the viewers: the n-th largest an n-th of what the largest has. */
export function zipf(count: number, largest: number): Audience {
  return new Map(
    Array.from({ length: count }, (_, rank) => [`video-${rank}`, Math.ceil(largest / (rank + 1))]),
  )
}

/** For each slot, the URL of its node. */
export const ownersOf = ({ nodes, slots }: Assignment): (string | undefined)[] =>
  slots.map((index) => nodes[index])

export const urlsOf = ({ nodes, spread }: Assignment, liveVideoId: LiveVideoId): (string | undefined)[] =>
  (spread[liveVideoId] ?? []).map((index) => nodes[index])

/** The slots that have another node in `next`. */
export function slotsMoved(current: Assignment, next: Assignment): number[] {
  const [was, is] = [ownersOf(current), ownersOf(next)]
  return [...is.keys()].filter((slot) => is[slot] !== was[slot])
}
