import { z } from 'zod'
import type { LiveVideoId } from '../domain/live-video.ts'

/** What clerks need to know of the load of live videos that are spread; the leader writes it every second or two. */
export interface SpreadLoads {
  /** Viewers by node, for the nodes that share a live video. */
  nodes: ReadonlyMap<string, number>
  /** Viewers of each spread live video, on all nodes together. */
  liveVideos: ReadonlyMap<LiveVideoId, number>
}

export const noSpreadLoads: SpreadLoads = { nodes: new Map(), liveVideos: new Map() }

const Text = z.object({
  nodes: z.record(z.string(), z.int().min(0)),
  liveVideos: z.record(z.string(), z.int().min(0)),
})

export const encodeSpreadLoads = ({ nodes, liveVideos }: SpreadLoads): string =>
  JSON.stringify({ nodes: Object.fromEntries(nodes), liveVideos: Object.fromEntries(liveVideos) })

/** @throws Error when the text is something else */
export function decodeSpreadLoads(text: string): SpreadLoads {
  const { nodes, liveVideos } = Text.parse(JSON.parse(text))
  return { nodes: new Map(Object.entries(nodes)), liveVideos: new Map(Object.entries(liveVideos)) }
}
