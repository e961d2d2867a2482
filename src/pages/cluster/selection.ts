import { isLiveVideoId } from '../../domain/live-video.ts'
import type { Dispatch, Placement } from '../../protocol/dispatch.ts'
import { ownerOf } from './changes.ts'

export type LookUp =
  | { kind: 'none' }
  | { kind: 'asking'; liveVideoId: string }
  | { kind: 'found'; liveVideoId: string; slot: number }
  | { kind: 'failed'; liveVideoId: string; why: string }

/** What the operator looks at: a live video that was looked up, a node that was picked or is pointed at. */
export class Selection {
  lookUp: LookUp = { kind: 'none' }
  picked: string | null = null
  pointedAt: string | null = null
  readonly #ask: (liveVideoId: string) => Promise<Placement | 'noLiveVideoId' | 'noAnswer'>
  readonly #listeners = new Set<() => void>()

  constructor(ask: (liveVideoId: string) => Promise<Placement | 'noLiveVideoId' | 'noAnswer'>) {
    this.#ask = ask
  }

  subscribe(listen: () => void): () => void {
    this.#listeners.add(listen)
    return () => this.#listeners.delete(listen)
  }

  async find(liveVideoId: string): Promise<void> {
    this.picked = null
    if (!isLiveVideoId(liveVideoId)) return this.#show({ kind: 'failed', liveVideoId, why: invalid })
    const asking: LookUp = { kind: 'asking', liveVideoId }
    this.#show(asking)
    const answer = await this.#ask(liveVideoId)
    // Another one was looked up meanwhile.
    if (this.lookUp !== asking) return
    if (typeof answer === 'string')
      this.#show({ kind: 'failed', liveVideoId, why: answer === 'noAnswer' ? noAnswer : invalid })
    else this.#show({ kind: 'found', liveVideoId, slot: answer.slot })
  }

  clear(): void {
    this.picked = null
    this.#show({ kind: 'none' })
  }

  /** Picks a node, or lets go of it. */
  pick(url: string): void {
    this.picked = this.picked === url ? null : url
    this.#show({ kind: 'none' })
  }

  pointAt(url: string | null): void {
    if (this.pointedAt === url) return
    this.pointedAt = url
    this.#tell()
  }

  /** The nodes to show among the others; null: all alike. */
  nodes(dispatch: Dispatch): ReadonlySet<string> | null {
    const urls = this.#urls(dispatch)
    // Of a node that has nothing any more there is nothing to show.
    return urls.some((url) => dispatch.assigned.includes(url)) ? new Set(urls) : null
  }

  #urls(dispatch: Dispatch): string[] {
    const url = this.pointedAt ?? this.picked
    if (url !== null) return [url]
    return this.lookUp.kind === 'found' ? nodesOfVideo(dispatch, this.lookUp) : []
  }

  #show(lookUp: LookUp): void {
    this.lookUp = lookUp
    this.#tell()
  }

  #tell(): void {
    for (const listen of this.#listeners) listen()
  }
}

const invalid = 'is not a LiveVideoId'
const noAnswer = 'could not be looked up: no answer'

/** The nodes of a live video by the newest look: what was looked up once moves along. */
export function nodesOfVideo(
  dispatch: Dispatch,
  { liveVideoId, slot }: { liveVideoId: string; slot: number },
): string[] {
  const spread = dispatch.spread.find((entry) => entry.liveVideoId === liveVideoId)
  if (spread) return spread.nodes
  const owner = ownerOf(dispatch, slot)
  return owner === null ? [] : [owner]
}
