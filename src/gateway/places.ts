import type { LiveVideoId } from '../domain/live-video.ts'

export type NodeRole = 'comments' | 'dispatcher' | 'realtime'

/** What the gateway knows of the other nodes. Asked for each request, so answered from memory. Nodes are URLs. */
export interface Places {
  /** This process's own URL. */
  readonly self: string
  /** Where a viewer of this live video goes now; of a spread one, another for each viewer. Null: not known yet. */
  realtimeNodeFor(liveVideoId: LiveVideoId): string | null
  /** A living node with that role, taken in turn; null: none. */
  anyNode(role: NodeRole): string | null
  /** False when it is known that this node holds no lease any more, true when it does or nobody knows. */
  isLiving(node: string): boolean
}
