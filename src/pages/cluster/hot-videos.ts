import type { Dispatch } from '../../protocol/dispatch.ts'

export interface LiveVideoSize {
  liveVideoId: string
  viewers: number
}

/** Where a large live video sits in the field. */
export interface Spot extends LiveVideoSize {
  slot: number
}

const spotsMax = 24
const rememberedMax = 256

/** The largest live videos of all nodes, most viewers first. */
export function largestIn({ nodes, spread }: Dispatch): LiveVideoSize[] {
  const sizes = new Map<string, number>()
  for (const { load } of nodes)
    for (const { liveVideoId, viewers } of load.liveVideos)
      sizes.set(liveVideoId, (sizes.get(liveVideoId) ?? 0) + viewers)
  for (const { liveVideoId, viewers } of spread)
    sizes.set(liveVideoId, Math.max(viewers, sizes.get(liveVideoId) ?? 0))
  return [...sizes]
    .map(([liveVideoId, viewers]) => ({ liveVideoId, viewers }))
    .sort((a, b) => b.viewers - a.viewers)
    .slice(0, spotsMax)
}

/** Finds out in which slots the largest live videos are: one question at a time, each asked once. */
export class HotVideos {
  readonly #slots = new Map<string, number>()
  readonly #askSlot: (liveVideoId: string) => Promise<number | null>
  #asking = false

  /** @param askSlot null: it could not be found out now */
  constructor(askSlot: (liveVideoId: string) => Promise<number | null>) {
    this.#askSlot = askSlot
  }

  spotsOf(videos: readonly LiveVideoSize[]): Spot[] {
    return videos.flatMap((video) => {
      const slot = this.#slots.get(video.liveVideoId)
      return slot === undefined ? [] : [{ ...video, slot }]
    })
  }

  async learn(videos: readonly LiveVideoSize[]): Promise<void> {
    const unknown = videos.find(({ liveVideoId }) => !this.#slots.has(liveVideoId))
    if (!unknown || this.#asking) return
    this.#asking = true
    const slot = await this.#askSlot(unknown.liveVideoId)
    this.#asking = false
    if (slot !== null) this.#remember(unknown.liveVideoId, slot)
  }

  #remember(liveVideoId: string, slot: number): void {
    this.#slots.set(liveVideoId, slot)
    const [oldest] = this.#slots.keys()
    if (this.#slots.size > rememberedMax && oldest !== undefined) this.#slots.delete(oldest)
  }
}
