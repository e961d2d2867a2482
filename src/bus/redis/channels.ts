import type { LiveVideoId } from '../../domain/live-video.ts'
import { crc16 } from './key-slot.ts'
import type { RedisTarget } from './redis-url.ts'

/** Which Redis channel carries the events of a live video. Every node must be told the same. */
export function channelNames({
  mode,
  partitions,
  prefix,
}: Pick<RedisTarget, 'mode' | 'partitions' | 'prefix'>): (liveVideoId: LiveVideoId) => string {
  switch (mode) {
    case 'firehose':
      return () => `${prefix}:firehose`
    case 'partitioned':
      return (liveVideoId) => `${prefix}:partition:${crc16(liveVideoId) % partitions}`
    case 'video':
      return (liveVideoId) => `${prefix}:video:${liveVideoId}`
  }
}

/** The live videos that were asked for, counted by the channels that they need. */
export class AskedFor {
  readonly #channelOf: (liveVideoId: LiveVideoId) => string
  readonly #liveVideos = new Set<LiveVideoId>()
  readonly #counts = new Map<string, number>()

  constructor(channelOf: (liveVideoId: LiveVideoId) => string) {
    this.#channelOf = channelOf
  }

  has(liveVideoId: LiveVideoId): boolean {
    return this.#liveVideos.has(liveVideoId)
  }

  /** Returns its channel, which is needed from now on. */
  add(liveVideoId: LiveVideoId): string {
    const channel = this.#channelOf(liveVideoId)
    if (!this.#liveVideos.has(liveVideoId)) this.#counts.set(channel, (this.#counts.get(channel) ?? 0) + 1)
    this.#liveVideos.add(liveVideoId)
    return channel
  }

  /** Returns its channel when nothing needs that any more. */
  delete(liveVideoId: LiveVideoId): string | null {
    if (!this.#liveVideos.delete(liveVideoId)) return null
    const channel = this.#channelOf(liveVideoId)
    const left = (this.#counts.get(channel) ?? 1) - 1
    if (left > 0) this.#counts.set(channel, left)
    else this.#counts.delete(channel)
    return left > 0 ? null : channel
  }
}
