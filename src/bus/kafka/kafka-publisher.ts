import type { LiveVideoEvent } from '../../domain/event.ts'
import { keptBytes } from '../../domain/kept-bytes.ts'
import { encodeEventBatch } from '../event-batch.ts'
import { isRefusedForGood, reasonOf } from './kafka-errors.ts'
import type { KafkaWorld } from './kafka-world.ts'
import { Outbox, type Parcel } from './outbox.ts'
import { partitionHash } from './partition-of.ts'

const tooMuch = 'more waits already than the outbox holds'

/**
 * The comments node's half. One request is under way at a time, and what comes meanwhile shares the next: a quiet bus
 * waits for nothing, a busy one makes large batches, and a live video's events stay in order whatever has to be sent again.
 */
export class KafkaPublisher {
  readonly #world: KafkaWorld
  readonly #outbox: Outbox
  #sending: Promise<void> | null = null

  constructor(world: KafkaWorld) {
    this.#world = world
    this.#outbox = new Outbox(world.options.outboxBytesMax)
  }

  publish(events: LiveVideoEvent[]): void {
    if (this.#world.closed || events.length === 0) return
    for (const ofOne of Map.groupBy(events, ({ liveVideoId }) => liveVideoId).values()) this.#add(ofOne)
    this.#sending ??= this.#send()
  }

  /** Resolves when everything is sent, or not in time. */
  async flush(waitMsMax: number): Promise<void> {
    await Promise.race([this.#sending, this.#world.pause(waitMsMax)])
  }

  #add(events: LiveVideoEvent[]): void {
    const value = encodeEventBatch(events)
    if (value.length > this.#world.options.recordBytesMax && events.length > 1) return this.#addHalves(events)
    const [{ liveVideoId }] = events as [LiveVideoEvent]
    const partition = partitionHash(liveVideoId)
    const parcel = { key: keptBytes(liveVideoId), value, partition, events: events.length }
    this.#drop(this.#outbox.add(parcel), tooMuch)
  }

  #addHalves(events: LiveVideoEvent[]): void {
    const middle = Math.ceil(events.length / 2)
    this.#add(events.slice(0, middle))
    this.#add(events.slice(middle))
  }

  async #send(): Promise<void> {
    const take = () => (this.#world.closed ? [] : this.#outbox.take(this.#world.options.produceBytesMax))
    // In a turn of its own, so that what is published in this one is sent together.
    await null
    for (let parcels = take(); parcels.length > 0; parcels = take()) await this.#sendOnce(parcels)
    // In the same turn as the last look: whoever publishes next begins anew.
    this.#sending = null
  }

  async #sendOnce(parcels: Parcel[]): Promise<void> {
    try {
      await this.#world.clients.send(parcels)
      this.#world.succeeded()
      for (const { events, value } of parcels) this.#world.metrics.published(events, value.length)
    } catch (error) {
      if (isRefusedForGood(error)) return this.#drop(parcels, reasonOf(error))
      this.#drop(this.#outbox.putBack(parcels), tooMuch)
      await this.#world.recover(error)
    }
  }

  #drop(parcels: Parcel[], reason: string): void {
    if (parcels.length === 0) return
    const events = parcels.reduce((sum, parcel) => sum + parcel.events, 0)
    this.#world.metrics.dropped(events)
    this.#world.report(new Error(`events were not sent to Kafka; viewers get them late: ${reason}`))
  }
}
