import type { LiveVideoId } from '../../domain/live-video.ts'
import { partitionHash } from './partition-of.ts'

/** The live videos that are asked for, and the partitions that hold them. */
export class Homes {
  readonly #liveVideos = new Set<LiveVideoId>()
  /** How many of them each partition holds. */
  readonly #partitions = new Map<number, number>()
  #partitionsCount: number | null = null

  has(liveVideoId: LiveVideoId): boolean {
    return this.#liveVideos.has(liveVideoId)
  }

  /** Null while the number of partitions is not known. */
  partitionOf(liveVideoId: LiveVideoId): number | null {
    return this.#partitionsCount === null ? null : partitionHash(liveVideoId) % this.#partitionsCount
  }

  add(liveVideoId: LiveVideoId): void {
    if (this.#liveVideos.has(liveVideoId)) return
    this.#liveVideos.add(liveVideoId)
    this.#count(liveVideoId, 1)
  }

  /** @returns the partition that now holds nothing that is asked for; null when there is none */
  delete(liveVideoId: LiveVideoId): number | null {
    if (!this.#liveVideos.delete(liveVideoId)) return null
    const partition = this.#count(liveVideoId, -1)
    return partition === null || this.#partitions.has(partition) ? null : partition
  }

  /** Spreads them over so many partitions. @returns those that hold one */
  spread(partitionsCount: number): number[] {
    this.#partitionsCount = partitionsCount
    this.#partitions.clear()
    for (const liveVideoId of this.#liveVideos) this.#count(liveVideoId, 1)
    return [...this.#partitions.keys()]
  }

  #count(liveVideoId: LiveVideoId, by: 1 | -1): number | null {
    const partition = this.partitionOf(liveVideoId)
    if (partition === null) return null
    const count = (this.#partitions.get(partition) ?? 0) + by
    if (count > 0) this.#partitions.set(partition, count)
    else this.#partitions.delete(partition)
    return partition
  }
}
