import type { LiveVideoId } from '../../domain/live-video.ts'
import type { EventListener } from '../bus.ts'
import { decodeEventBatch } from '../event-batch.ts'
import { Homes } from './homes.ts'
import type { KafkaWorld } from './kafka-world.ts'
import { PartitionReader } from './partition-reader.ts'

/** The realtime node's half: reads the partitions that hold a live video it was asked for, and no others. */
export class KafkaSubscriber {
  readonly #world: KafkaWorld
  readonly #reader: PartitionReader
  readonly #homes = new Homes()
  listener: EventListener = () => {}
  interrupted: () => void = () => {}

  constructor(world: KafkaWorld) {
    this.#world = world
    this.#reader = new PartitionReader(world, {
      records: (values) => this.#receive(values),
      interrupted: () => this.interrupted(),
    })
    world.topic.onRemade(() => this.#restart())
  }

  async subscribe(liveVideoId: LiveVideoId): Promise<void> {
    this.#homes.add(liveVideoId)
    const partition = this.#homes.partitionOf(liveVideoId)
    // While the brokers have never been seen there is nothing to wait for; it is made up for when they are.
    if (partition !== null) await this.#reader.follow(partition)
  }

  unsubscribe(liveVideoId: LiveVideoId): void {
    const partition = this.#homes.delete(liveVideoId)
    if (partition === null) return
    this.#world.metrics.unsubscribed(1)
    this.#reader.unfollow(partition)
  }

  /** The number of partitions has become known, or has changed, or it is another topic. */
  #restart(): void {
    const partitionsCount = this.#world.topic.view?.leaders.length ?? 0
    this.#reader.restart(this.#homes.spread(partitionsCount))
  }

  #receive(values: Buffer[]): void {
    for (const value of values) {
      const wanted = (liveVideoId: LiveVideoId) => this.#homes.has(liveVideoId)
      const { events, carried, problem } = decodeEventBatch(value, wanted)
      this.#world.metrics.received(carried, events.length, value.length)
      if (problem !== null) this.#world.report(new Error(`Kafka brought ${problem}`))
      if (events.length > 0) this.listener(events)
    }
  }
}
