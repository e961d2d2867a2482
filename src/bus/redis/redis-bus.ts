import type { LiveVideoEvent } from '../../domain/event.ts'
import type { Clock, Random } from '../../domain/time.ts'
import type { Bus, EventListener } from '../bus.ts'
import { decodeEventBatch, encodeEventBatch } from '../event-batch.ts'
import { type BusMetrics, noBusMetrics } from '../metrics.ts'
import { AskedFor, channelNames } from './channels.ts'
import { Listening } from './listening.ts'
import { makeClient } from './make-client.ts'
import { Publishing } from './publishing.ts'
import { parseRedisUrl } from './redis-url.ts'
import { Topology } from './topology.ts'
import { defaultRedisBusOptions, type RedisBusOptions, type RedisWorld } from './world.ts'

export interface RedisBusSettings {
  /** `redis://host:6379?mode=video`: see `parseRedisUrl`. */
  url: string
  clock: Clock
  random: Random
  /** Told of trouble each time that it happens; never of a password or a comment's text. */
  report(error: Error): void
  metrics?: BusMetrics
  options?: Partial<RedisBusOptions>
}

/**
 * Carries events over the pub/sub of one Redis, or over the sharded pub/sub of a Redis Cluster. A Redis that is away is
 * reported and connected to when it is there; until then nothing is carried, and subscribing resolves all the same.
 * @throws RedisConfigError when the address is wrong, or the server refuses for a reason that waiting does not mend
 */
export async function openRedisBus(settings: RedisBusSettings): Promise<Bus> {
  const { url, clock, random, report, metrics = noBusMetrics } = settings
  const options = { ...defaultRedisBusOptions, ...settings.options }
  const target = parseRedisUrl(url)
  const bus = new RedisBus({ target, clock, random, metrics, report, options, makeClient })
  try {
    await bus.open()
    return bus
  } catch (error) {
    await bus.close()
    throw error
  }
}

class RedisBus implements Bus {
  readonly #world: RedisWorld
  readonly #channelOf: (liveVideoId: string) => string
  readonly #asked: AskedFor
  readonly #topology: Topology
  readonly #listening: Listening
  readonly #publishing: Publishing
  #listener: EventListener = () => {}
  #interrupted: () => void = () => {}
  #closed = false

  constructor(world: RedisWorld) {
    this.#world = world
    this.#channelOf = channelNames(world.target)
    this.#asked = new AskedFor(this.#channelOf)
    this.#topology = new Topology(world, {
      changed: () => this.#listening.rearrange(),
      looked: () => this.#publishing.looked(),
    })
    this.#listening = new Listening(world, this.#topology, {
      received: (message) => this.#receive(message),
      interrupted: () => this.#interrupted(),
      misplaced: () => this.#topology.refresh(),
    })
    this.#publishing = new Publishing(world, this.#topology)
  }

  open(): Promise<void> {
    return this.#topology.open()
  }

  publish(events: LiveVideoEvent[]): void {
    if (this.#closed) return
    for (const [channel, batch] of Map.groupBy(events, ({ liveVideoId }) => this.#channelOf(liveVideoId)))
      this.#publishing.publish({
        channel,
        bytes: encodeEventBatch(batch),
        events: batch.length,
        misplaced: false,
      })
  }

  onEvents(listener: EventListener): void {
    this.#listener = listener
  }

  onInterrupted(listener: () => void): void {
    this.#interrupted = listener
  }

  async subscribe(liveVideoId: string): Promise<void> {
    if (!this.#closed) await this.#listening.want(this.#asked.add(liveVideoId))
  }

  async unsubscribe(liveVideoId: string): Promise<void> {
    const channel = this.#asked.delete(liveVideoId)
    if (channel !== null && !this.#closed) await this.#listening.letGo(channel)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const { clock, options } = this.#world
    const late = new Promise<void>((resolve) => clock.after(options.closeMs, resolve))
    await Promise.race([this.#publishing.idle(), late])
    this.#topology.close()
    this.#publishing.close()
    this.#listening.close()
  }

  #receive(message: Buffer): void {
    const { events, carried, problem } = decodeEventBatch(message, (liveVideoId) =>
      this.#asked.has(liveVideoId),
    )
    this.#world.metrics.received(carried, events.length, message.length)
    if (problem !== null) this.#world.report(new Error(`from Redis came ${problem}`))
    if (events.length > 0) this.#listener(events)
  }
}
