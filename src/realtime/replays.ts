import { type Asker, ownWork } from '../domain/concurrency-limit.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { Epoch } from '../domain/position.ts'
import type { EventReader } from '../store/store.ts'
import { encodeLogEvent } from './encode.ts'
import type { RealtimeMetrics } from './metrics.ts'
import type { RealtimeOptions } from './options.ts'
import { SharedText } from './shared-text.ts'
import { takeWithin } from './take-within.ts'

/** A piece of the log, encoded, for viewers whose position is older than the ring. */
export interface ReplayPage {
  epoch: Epoch | null
  /** Where the log ended when it was read. */
  headSeq: number
  text: SharedText
  lastSeq: number
  /** When its last event was appended. */
  lastAt: number
}

/**
 * Reads pages of the log for viewers who resume from far back. After a restart thousands come at once from nearly the
 * same place: they share the reading of a page.
 */
export class Replays {
  readonly #reader: EventReader
  readonly #metrics: RealtimeMetrics
  readonly #options: RealtimeOptions
  readonly #underWay = new Map<string, Promise<ReplayPage>>()

  constructor(reader: EventReader, metrics: RealtimeMetrics, options: RealtimeOptions) {
    this.#reader = reader
    this.#metrics = metrics
    this.#options = options
  }

  /**
   * The page after `afterSeq`, at most `frameBytesMax` long, except for a single larger event.
   * @param restarts how often the log restarted: reads from before a restart are not shared
   * @throws ChorusError `store_unavailable`, `overloaded`
   */
  read(
    liveVideoId: LiveVideoId,
    afterSeq: number,
    restarts: number,
    asker: Asker = ownWork,
  ): Promise<ReplayPage> {
    const key = `${liveVideoId} ${afterSeq} ${restarts}`
    const shared = this.#underWay.get(key)
    if (shared) return shared
    const page = this.#readPage(liveVideoId, afterSeq, asker).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, page)
    return page
  }

  async #readPage(liveVideoId: LiveVideoId, afterSeq: number, asker: Asker): Promise<ReplayPage> {
    const { head, events } = await this.#reader.readEvents(
      liveVideoId,
      afterSeq,
      this.#options.replayPageEvents,
      asker,
    )
    this.#metrics.storeRead()
    if (events.length === 0 && head.seq > afterSeq)
      throw new ChorusError('store_unavailable', 'the log has a hole')
    const parts = takeWithin(encoded(events), ({ length }) => length, this.#options.frameBytesMax)
    return {
      epoch: head.epoch,
      headSeq: head.seq,
      text: new SharedText(parts, 1),
      lastSeq: afterSeq + parts.length,
      lastAt: events[parts.length - 1]?.at ?? 0,
    }
  }
}

function* encoded(events: readonly LiveVideoEvent[]): Iterable<Buffer> {
  for (const event of events) yield encodeLogEvent(event)
}
