import { every, jittered } from '../../domain/time.ts'
import type { Bus } from '../bus.ts'
import { isHopeless } from './kafka-errors.ts'
import { defaultKafkaOptions, type KafkaOptions } from './kafka-options.ts'
import { KafkaPublisher } from './kafka-publisher.ts'
import { KafkaSubscriber } from './kafka-subscriber.ts'
import { type KafkaBusOptions, KafkaWorld } from './kafka-world.ts'

/**
 * Events over a Kafka topic, keyed by LiveVideoId, as records of one live video's events each (`event-batch.ts`).
 *
 * Brokers that are away hold up nobody, at the start or later: publishing goes on into a bounded outbox, subscribing
 * resolves, and when they are back reading goes on where it was left, and `onInterrupted` is called.
 * @throws Error, one line, when the brokers say what no waiting mends
 */
export async function openKafkaBus(
  busOptions: KafkaBusOptions,
  options: KafkaOptions = defaultKafkaOptions,
): Promise<Bus> {
  const world = new KafkaWorld(busOptions, options)
  const [publisher, subscriber] = [new KafkaPublisher(world), new KafkaSubscriber(world)]
  await lookFirst(world)
  const interval = () => jittered(options.topicCheckMs, world.random)
  const stopChecks = every(world.clock, interval, () => void world.topic.refresh().catch(() => {}))

  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    stopChecks()
    await publisher.flush(options.waitMsMax)
    await world.close()
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

/** Resolves with the first answer of the brokers, or without one; then it goes on looking. */
async function lookFirst(world: KafkaWorld): Promise<void> {
  const failure = world.topic.refresh().then(
    () => null,
    (error: unknown) => error,
  )
  const error = await Promise.race([failure, world.pause(world.options.waitMsMax)])
  if (isHopeless(error)) {
    await world.close()
    throw new Error(world.describe(error))
  }
  void lookUntilSeen(world)
}

async function lookUntilSeen(world: KafkaWorld): Promise<void> {
  const { topic } = world
  while (topic.view === null && !world.closed) await topic.refresh().catch((error) => world.recover(error))
}
