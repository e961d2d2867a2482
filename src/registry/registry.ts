import type { LiveVideoId } from '../domain/live-video.ts'
import type { Cancel } from '../domain/time.ts'
import type { ClusterDescription } from './cluster-description.ts'

/** A node as it introduces itself. */
export interface Member {
  /** The address at which others reach it; no two living nodes have the same. */
  url: string
  roles: string[]
  /** What it has in common with the other nodes of its cluster; a node of an older version does not say. */
  cluster?: ClusterDescription
}

/** What a node carries, as it says every second or two. */
export interface NodeLoad {
  /** Open streams. */
  viewers: number
  /** Events written to viewers, each viewer counted. */
  deliveriesPerSecond: number
  /** The largest live videos, most viewers first. */
  liveVideos: { liveVideoId: LiveVideoId; viewers: number }[]
  /** The slots with the most viewers, most first. */
  slots: { slot: number; viewers: number }[]
  /** It is about to stop and wants to be rid of everything. */
  draining: boolean
  /** It is the dispatcher that leads. */
  leading: boolean
  /** Of the dispatcher that leads: URLs of the nodes that it cannot reach, and gives nothing. */
  unreached?: string[]
}

export const noLoad: NodeLoad = Object.freeze({
  viewers: 0,
  deliveriesPerSecond: 0,
  liveVideos: [],
  slots: [],
  draining: false,
  leading: false,
})

/** A node as the others know it. */
export interface NodeEntry extends Member {
  load: NodeLoad
}

/** A node's place among the living; it ends with the process, when it is given up, or when the registry hears nothing. */
export interface Lease {
  /**
   * False from the moment at which the others may count this node as gone: the registry said so, or has not been heard
   * for the length of the lease. Held again, by itself, once the node is registered anew.
   */
  readonly held: boolean
  /** Tells the others the load. Resolves without having told anybody while the lease is not held. */
  report(load: NodeLoad): Promise<void>
  /** Never fails: when the registry is away, the others learn of it once it is back. */
  leave(): Promise<void>
}

/** The text of a document, and how often it was written. */
export interface Versioned {
  text: string
  version: number
}

/** A small text (at most some hundred KB) that all nodes see, changed by compare-and-set. */
export interface RegistryDocument {
  /** Null while it was never written. */
  read(): Promise<Versioned | null>
  /**
   * Writes if the document still has `version` (null: does not exist yet).
   * @returns false, having written nothing, when somebody else was faster
   * @throws Error when the registry went away meanwhile: then it was written or not, and a reading tells
   */
  write(text: string, version: number | null): Promise<boolean>
  /**
   * Calls `listener` with the document as it is, where there is one, and after each change with the newest; what was
   * overwritten in between may be skipped. Goes on after the registry was away.
   */
  watch(listener: (document: Versioned) => void): Cancel
}

/** A standing candidacy. */
export interface Campaign {
  /** False, at the latest, before another candidate can be true; but a frozen process may not know yet: compare and set. */
  readonly leading: boolean
  /** Its listener is told nothing any more. */
  resign(): Promise<void>
}

/**
 * Who is alive, what they carry, who leads, and a few small documents. Listeners are told soon, never inside the call that
 * subscribes or changes something, and nothing any more once they have cancelled.
 */
export interface NodeRegistry {
  /** Whether it answers. While it does not, calls fail at once, and watchers keep what they were told last. */
  readonly connected: boolean
  /**
   * Waits for a node of this URL that crashed to be counted as gone. With the registry away it returns at once a lease that
   * is not held: the node is registered, by itself, when the registry is back.
   * @throws Error when another living node has this URL
   */
  join(member: Member): Promise<Lease>
  /** All that hold a lease, with their loads, sorted by URL. */
  nodes(): Promise<NodeEntry[]>
  /** Calls `listener` with all that hold a lease, sorted by URL, and again whenever one comes or goes. */
  watchMembers(listener: (members: Member[]) => void): Cancel
  document(name: string): RegistryDocument
  /** Takes part in the election of one leader among all candidates; `listener` is told of every change. */
  campaign(candidate: string, listener: (leading: boolean) => void): Campaign
  /** Gives up all that was held through it, at once. */
  close(): Promise<void>
}
