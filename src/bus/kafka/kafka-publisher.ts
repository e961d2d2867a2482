import type { LiveVideoEvent } from '../../domain/event.ts'
import { encodeEventBatch } from '../event-batch.ts'
import { isRefusedForGood, reasonOf } from './kafka-errors.ts'
import type { KafkaWorld } from './kafka-world.ts'
import { Outbox, type Parcel } from './outbox.ts'
import { partitionHash } from './partition-of.ts'

/**
 * The comments node's half. One request is under way at a time, and what comes meanwhile shares the next: a quiet bus
 * waits for nothing, a busy one makes large batches, and a live video's events stay in order whatever has to be sent again.
 */
export class KafkaPublisher {
  readonly #world: KafkaWorld
  readonly #outbox: Outbox
  #sending: Promise<void> | null = null
  #dropped = 0

  constructor(world: KafkaWorld) {
    this.#world = world
    this.#outbox = new Outbox(world.options.outboxBytesMax)
  }

  publish(events: LiveVideoEvent[]): void {
    if (this.#world.closed) return
    for (const ofOne of Map.groupBy(events, ({ liveVideoId }) => liveVideoId).values()) this.#add(ofOne)
    if (this.#outbox.isEmpty) return
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
    const parcel = { key: Buffer.from(liveVideoId), value, partition, events: events.length }
    if (!this.#outbox.add(parcel)) this.#drop(events.length, 'too much waits already')
  }

  #addHalves(events: LiveVideoEvent[]): void {
    const middle = Math.ceil(events.length / 2)
    this.#add(events.slice(0, middle))
    this.#add(events.slice(middle))
  }

  async #send(): Promise<void> {
    const { clients, options } = this.#world
    while (!this.#outbox.isEmpty && !this.#world.closed) {
      const parcels = this.#outbox.oldest(options.produceBytesMax)
      try {
        await clients.send(parcels)
        this.#outbox.removeOldest(parcels.length)
        this.#count(parcels)
      } catch (error) {
        await this.#recover(error, parcels)
      }
    }
    // In the same turn as the look into the outbox: whoever publishes next begins anew.
    this.#sending = null
  }

  async #recover(error: unknown, parcels: Parcel[]): Promise<void> {
    if (!isRefusedForGood(error)) return this.#world.recover(error)
    this.#outbox.removeOldest(parcels.length)
    for (const { events } of parcels) this.#drop(events, reasonOf(error))
  }

  #count(parcels: Parcel[]): void {
    for (const { events, value } of parcels) this.#world.metrics.published(events, value.length)
  }

  #drop(events: number, reason: string): void {
    this.#world.metrics.dropped(events)
    this.#dropped += events
    this.#world.troubles.tell('dropped', () => {
      const dropped = this.#dropped
      this.#dropped = 0
      return `Kafka could not take ${dropped} events since this was last said: ${reason}`
    })
  }
}
