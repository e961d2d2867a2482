import { ChorusError } from '../../domain/errors.ts'
import type { LiveVideoEvent } from '../../domain/event.ts'
import type { LiveVideoId } from '../../domain/live-video.ts'
import type { EventListener } from '../bus.ts'
import { decodeEventBatch } from '../event-batch.ts'
import type { BusMetrics } from '../metrics.ts'
import { bodyBytesMax, contentType, path } from './wire.ts'

/** The realtime node's half: takes what the comments nodes post, for whoever puts it behind an address. */
export class Receiver {
  readonly path = path
  readonly contentType = contentType
  readonly bodyBytesMax = bodyBytesMax
  /** The live videos that are asked for. Nobody else needs to know: where events go is the assignment's business. */
  readonly wanted = new Set<LiveVideoId>()
  listener: EventListener = () => {}
  readonly #metrics: BusMetrics
  readonly #report: (error: Error) => void

  constructor(metrics: BusMetrics, report: (error: Error) => void) {
    this.#metrics = metrics
    this.#report = report
  }

  /** Takes a batch from another node. @throws ChorusError `invalid_request` when it, or an event in it, cannot be read */
  readonly accept = (bytes: Buffer): void => {
    const { events, carried, problem } = decodeEventBatch(bytes, (id) => this.wanted.has(id))
    this.#metrics.received(carried, events.length, bytes.length)
    if (events.length > 0) this.listener(events)
    if (problem === null) return
    this.#report(new Error(`a node posted ${problem}`))
    throw new ChorusError('invalid_request', problem)
  }

  /** Takes events that were published in this process. */
  hand(events: LiveVideoEvent[]): void {
    const wanted = events.filter(({ liveVideoId }) => this.wanted.has(liveVideoId))
    if (wanted.length > 0) this.listener(wanted)
  }
}
