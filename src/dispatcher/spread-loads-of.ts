import type { Assignment } from '../placement/assignment.ts'
import type { SpreadLoads } from '../placement/spread-loads.ts'
import type { NodeEntry } from '../registry/registry.ts'

/** Adds up what the nodes reported of the live videos that are spread. */
export function spreadLoadsOf(assignment: Assignment | null, nodes: NodeEntry[]): SpreadLoads {
  const spread = new Map(Object.entries(assignment?.spread ?? {}))
  const sharing = new Set([...spread.values()].flat().map((index) => assignment?.nodes[index]))
  const liveVideos = new Map([...spread.keys()].map((liveVideoId) => [liveVideoId, 0]))
  for (const { load } of nodes)
    for (const { liveVideoId, viewers } of load.liveVideos)
      if (liveVideos.has(liveVideoId))
        liveVideos.set(liveVideoId, (liveVideos.get(liveVideoId) ?? 0) + viewers)
  const carried = nodes
    .filter(({ url }) => sharing.has(url))
    .map(({ url, load }) => [url, load.viewers] as const)
  return { nodes: new Map(carried), liveVideos }
}
