import type { LiveVideoId } from '../domain/live-video.ts'
import type { Assignment } from '../placement/assignment.ts'
import type { NodeEntry } from '../registry/registry.ts'

/** What happens to a cluster, as the dispatcher that leads sees it; for the log. */
export interface DispatcherNews {
  leading(leads: boolean): void
  joined(node: string): void
  /** The leader has not reached it at its URL for some seconds: it gets no slots. */
  unreached(node: string): void
  /** @param by its process has ended, or its lease has */
  lost(node: string, by: 'process' | 'lease'): void
  draining(node: string): void
  /** It had drained. */
  left(node: string): void
  /** An assignment was written that moves this number of slots to other nodes. */
  moved(generation: number, slots: number, nodes: number): void
  /** A live video is shared by this number of nodes now; 1: it is no longer shared. */
  spread(liveVideoId: LiveVideoId, nodes: number): void
}

const ignore = () => {}
export const noNews: DispatcherNews = Object.freeze({
  leading: ignore,
  joined: ignore,
  unreached: ignore,
  lost: ignore,
  draining: ignore,
  left: ignore,
  moved: ignore,
  spread: ignore,
})

type State = 'serving' | 'draining' | 'dead'

/** Tells of the realtime nodes that come, drain, leave and are lost between one look at them and the next. */
export class NodeChanges {
  readonly #news: DispatcherNews
  #known: ReadonlyMap<string, State> | null = null

  constructor(news: DispatcherNews) {
    this.#news = news
  }

  /** The next look tells of nothing. */
  forget(): void {
    this.#known = null
  }

  look(nodes: readonly NodeEntry[], isDead: (url: string) => boolean): void {
    const stateOf = ({ url, load }: NodeEntry): State =>
      isDead(url) ? 'dead' : load.draining ? 'draining' : 'serving'
    const now = new Map(nodes.map((node) => [node.url, stateOf(node)]))
    const before = this.#known
    this.#known = now
    if (!before) return
    for (const [url, state] of now) this.#tellOf(url, before.get(url), state)
    for (const [url, state] of before) if (!now.has(url)) this.#tellGone(url, state)
  }

  #tellOf(url: string, before: State | undefined, now: State): void {
    if (before === now) return
    if (now === 'dead') this.#news.lost(url, 'process')
    else if (now === 'draining') this.#news.draining(url)
    else if (before !== 'draining') this.#news.joined(url)
  }

  #tellGone(url: string, before: State): void {
    if (before === 'draining') this.#news.left(url)
    else if (before === 'serving') this.#news.lost(url, 'lease')
  }
}

/** Tells of live videos that are shared by another number of nodes than before. */
export function tellSpread(news: DispatcherNews, before: Assignment | null, after: Assignment): void {
  const count = (assignment: Assignment | null, id: LiveVideoId) => assignment?.spread[id]?.length ?? 1
  for (const id of new Set([...Object.keys(before?.spread ?? {}), ...Object.keys(after.spread)]))
    if (count(before, id) !== count(after, id)) news.spread(id, count(after, id))
}
