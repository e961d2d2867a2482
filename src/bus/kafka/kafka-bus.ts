import { every, jittered } from '../../domain/time.ts'
import type { Bus } from '../bus.ts'
import { defaultKafkaOptions, type KafkaOptions } from './kafka-options.ts'
import { KafkaPublisher } from './kafka-publisher.ts'
import { KafkaSubscriber } from './kafka-subscriber.ts'
import { type KafkaBusOptions, KafkaWorld } from './kafka-world.ts'

/**
 * Events over a Kafka topic, keyed by LiveVideoId, as records of one live video's events each (`event-batch.ts`).
 *
 * Brokers that are away hold up nobody, at the start or later: publishing goes on into a bounded outbox, subscribing
 * resolves, and when they are back reading goes on where it was left, and `onInterrupted` is called.
 */
export async function openKafkaBus(
  busOptions: KafkaBusOptions,
  options: KafkaOptions = defaultKafkaOptions,
): Promise<Bus> {
  const world = new KafkaWorld(busOptions, options)
  const { topic, clock, random } = world
  const firstLook = Promise.withResolvers<void>()
  const publisher = new KafkaPublisher(world)
  const subscriber = new KafkaSubscriber(world, firstLook.promise)
  void lookUntilSeen(world, firstLook.resolve)
  const interval = () => jittered(options.topicCheckMs, random)
  const stopChecks = every(clock, interval, () => void topic.refresh().catch(() => {}))

  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    stopChecks()
    await publisher.flush(options.closeMsMax)
    world.closed = true
    await Promise.race([world.clients.close(), world.pause(options.closeMsMax)])
  }

  return {
    publish: (events) => publisher.publish(events),
    onEvents(listener) {
      subscriber.listener = listener
    },
    subscribe: (liveVideoId) => subscriber.subscribe(liveVideoId),
    unsubscribe: async (liveVideoId) => subscriber.unsubscribe(liveVideoId),
    onInterrupted(listener) {
      subscriber.interrupted = listener
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** @param looked called once, after the first try */
async function lookUntilSeen(world: KafkaWorld, looked: () => void): Promise<void> {
  const first = world.topic.refresh()
  first.then(looked, looked)
  await first.catch((error) => world.recover(error))
  while (world.topic.view === null && !world.closed)
    await world.topic.refresh().catch((error) => world.recover(error))
}
