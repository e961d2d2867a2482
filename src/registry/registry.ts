import type { LiveVideoId } from '../domain/live-video.ts'

/** What a node carries. */
export interface NodeLoad {
  viewers: number
  liveVideos: { liveVideoId: LiveVideoId; viewers: number }[]
}

/** A node as the others know it. */
export interface NodeEntry {
  /** The address at which others reach it; no two nodes have the same. */
  url: string
  roles: string[]
  load: NodeLoad
}

/** A node's place among the living; it ends with the process, or when it is given up. */
export interface Lease {
  report(load: NodeLoad): Promise<void>
  leave(): Promise<void>
}

/** Who is alive, and what they carry. */
export interface NodeRegistry {
  /** @throws Error when another living node has this URL */
  join(node: Omit<NodeEntry, 'load'>): Promise<Lease>
  /** All that hold a lease, sorted by URL. */
  nodes(): Promise<NodeEntry[]>
  close(): Promise<void>
}
