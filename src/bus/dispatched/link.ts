import { Backoff } from '../../domain/backoff.ts'
import type { Clock, Random } from '../../domain/time.ts'
import { encodeEventBatch } from '../event-batch.ts'
import type { BusMetrics } from '../metrics.ts'
import type { DispatchedOptions } from './options.ts'
import type { Parcel } from './parcel.ts'
import { ParcelQueue } from './parcel-queue.ts'
import { Poster } from './poster.ts'

export interface LinkParts {
  /** The `Authorization` header that the nodes take. */
  authorization: string
  clock: Clock
  random: Random
  /** Told of events that did not arrive, for the log. */
  report(error: Error): void
  metrics: BusMetrics
  options: DispatchedOptions
  /** Replaced in tests. */
  openPoster?: (url: string) => Pick<Poster, 'post' | 'close'>
}

/**
 * Carries events to one realtime node, one request at a time: what comes while one is under way goes into the next. So a
 * lone event waits for nothing, many share a request, and they arrive in their order. The queue is bounded; a node that
 * does not take its events costs the others nothing.
 */
export class Link {
  readonly #url: string
  readonly #parts: LinkParts
  readonly #readdress: (parcels: Parcel[]) => Parcel[]
  readonly #queue: ParcelQueue
  readonly #poster: Pick<Poster, 'post' | 'close'>
  readonly #backoff: Backoff
  #running: Promise<void> | null = null
  #wake: () => void = () => {}
  #finishing = false
  #usedAt = 0

  /** @param readdress forwards what this node failed to take, and returns what this node is still to have */
  constructor(url: string, parts: LinkParts, readdress: (parcels: Parcel[]) => Parcel[]) {
    const { authorization, clock, random, options } = parts
    this.#url = url
    this.#parts = parts
    this.#readdress = readdress
    this.#queue = new ParcelQueue(options.queueBytesMax)
    this.#poster = parts.openPoster?.(url) ?? new Poster(url, authorization, clock, options.requestMsMax)
    this.#backoff = new Backoff(clock, random, options.retry)
  }

  send(parcels: Parcel[]): void {
    this.#usedAt = this.#parts.clock.elapsed()
    this.#enqueue(parcels)
    if (!this.#queue.empty) this.#running ??= this.#run()
  }

  /** Whether nothing was sent since then, and nothing is on its way. */
  idleSince(elapsed: number): boolean {
    return this.#running === null && this.#usedAt < elapsed
  }

  /** Resolves when nothing waits any more; what fails now is not tried again. */
  async finish(): Promise<void> {
    this.#finishing = true
    this.#wake()
    await this.#running
  }

  close(): void {
    this.#finishing = true
    this.#wake()
    this.#poster.close()
  }

  async #run(): Promise<void> {
    while (!this.#queue.empty) {
      const batch = this.#queue.take(this.#parts.options.batchBytesMax)
      const bytes = encodeEventBatch(batch.map(({ event }) => event))
      const posted = await this.#poster.post(bytes)
      if (posted.kind !== 'failed') this.#backoff.succeeded()
      if (posted.kind === 'taken') this.#parts.metrics.published(batch.length, bytes.length)
      else if (posted.kind === 'refused') this.#drop(batch.length, posted.reason)
      else await this.#retry(batch, posted.reason)
    }
    // In the same turn as the last look at the queue, so that nobody can join it unseen.
    this.#running = null
  }

  /** After a pause, whatever this node is still to have waits again, in its order. */
  async #retry(batch: Parcel[], reason: string): Promise<void> {
    const { clock, options } = this.#parts
    if (this.#finishing) return this.#drop(batch.length + this.#queue.take().length, reason)
    await this.#rest()
    const parcels = [...batch, ...this.#queue.take()]
    const worthIt = parcels.filter(({ publishedAt }) => clock.elapsed() - publishedAt < options.retryForMs)
    this.#drop(parcels.length - worthIt.length, reason)
    this.#enqueue(this.#readdress(worthIt))
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(this.#backoff.failed(), resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }

  #enqueue(parcels: Parcel[]): void {
    let dropped = 0
    for (const parcel of parcels) dropped += this.#queue.push(parcel)
    this.#drop(dropped, 'too many wait for it')
  }

  #drop(events: number, reason: string): void {
    if (events === 0) return
    const { metrics, report } = this.#parts
    metrics.dropped(events)
    report(new Error(`events do not reach ${this.#url}, which has to read them from the store: ${reason}`))
  }
}
