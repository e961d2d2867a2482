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
  await Promise.race([lookFirst(world), world.pause(options.waitMsMax)])
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

/** Resolves after the first look, whether anything was seen; without an answer it goes on looking. */
async function lookFirst(world: KafkaWorld): Promise<void> {
  try {
    await world.topic.refresh()
  } catch (error) {
    if (isHopeless(error)) {
      await world.close()
      throw new Error(world.describe(error))
    }
    void lookUntilSeen(world, error)
  }
}

async function lookUntilSeen(world: KafkaWorld, error: unknown): Promise<void> {
  for (let failed = error; world.topic.view === null && !world.closed; ) {
    await world.recover(failed)
    await world.topic.refresh().catch((again) => {
      failed = again
    })
  }
}
