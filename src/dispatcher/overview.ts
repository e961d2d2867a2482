import type { LiveVideoId } from '../domain/live-video.ts'
import type { Assignment } from '../placement/assignment.ts'
import type { Dispatch } from '../protocol/dispatch.ts'
import type { NodeEntry } from '../registry/registry.ts'

export interface Known {
  assignment: Assignment | null
  nodes: NodeEntry[]
  connected: boolean
  viewersOf: (liveVideoId: LiveVideoId) => number
}

/** What an operator sees of the cluster. */
export function overviewOf({ assignment, nodes, connected, viewersOf }: Known): Dispatch {
  const assigned = assignment?.nodes ?? []
  const slots = assignment?.slots ?? []
  const unreached = new Set(nodes.flatMap(({ load }) => (load.leading ? (load.unreached ?? []) : [])))
  const slotsOf = countSlots(assigned, slots)
  const urlsOf = (indexes: number[]) => indexes.flatMap((index) => assigned[index] ?? [])
  return {
    generation: assignment?.generation ?? 0,
    leader: nodes.find(({ load }) => load.leading)?.url ?? null,
    registry: connected ? 'connected' : 'unreachable',
    nodes: nodes.map(({ url, roles, load: { slots: _, leading: __, unreached: ___, ...load } }) => ({
      url,
      roles,
      reached: !unreached.has(url),
      slots: slotsOf.get(url) ?? 0,
      load,
    })),
    assigned,
    slots,
    spread: Object.entries(assignment?.spread ?? {}).map(([liveVideoId, indexes]) => ({
      liveVideoId,
      nodes: urlsOf(indexes),
      viewers: viewersOf(liveVideoId),
    })),
  }
}

function countSlots(assigned: string[], slots: number[]): Map<string, number> {
  const counts = assigned.map(() => 0)
  for (const index of slots) counts[index] = (counts[index] ?? 0) + 1
  return new Map(assigned.map((url, index) => [url, counts[index] ?? 0]))
}
