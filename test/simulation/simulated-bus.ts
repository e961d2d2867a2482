import type { Bus, EventListener } from '../../src/bus/bus.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { NodeProcess } from './node-process.ts'
import type { SeededRandom } from './random.ts'

/** A subscription that fails now and then, as on a network. */
export class Refusal extends Error {}

/** How a bus treats each batch on its way to each node. Delays of their own make batches overtake each other. */
export interface BusWeather {
  /** Within one process, in the same turn: as the memory bus does. */
  sameTurn: boolean
  delayMsMax: number
  losses: number
  repeats: number
  /** How late a repeated batch may come. */
  repeatMsMax: number
  /** The share of batches that come to a node which did not ask for them. */
  strays: number
  /** The share of subscriptions that fail. */
  refusals: number
}

interface Subscriber {
  process: NodeProcess
  listener: EventListener
  subscribed: Set<LiveVideoId>
  carry: (event: LiveVideoEvent) => LiveVideoEvent
}

/** Carries batches between the nodes of a simulated world, as badly as its weather says. */
export class SimulatedBus {
  readonly #subscribers = new Set<Subscriber>()
  readonly #random: SeededRandom
  readonly #weather: BusWeather

  constructor(random: SeededRandom, weather: BusWeather) {
    this.#random = random
    this.#weather = weather
  }

  /** One node's bus. `carry`: how an event looks on its way to it. */
  connect(process: NodeProcess, carry: (event: LiveVideoEvent) => LiveVideoEvent): Bus {
    const subscriber: Subscriber = { process, listener: () => {}, subscribed: new Set(), carry }
    this.#subscribers.add(subscriber)
    process.onEnd(() => this.#subscribers.delete(subscriber))
    return {
      publish: (events) => this.#publish(process, events),
      onEvents: (listener) => {
        subscriber.listener = listener
      },
      onInterrupted: () => {},
      subscribe: (liveVideoId) => this.#ask(subscriber, () => subscriber.subscribed.add(liveVideoId), true),
      unsubscribe: (liveVideoId) =>
        this.#ask(subscriber, () => subscriber.subscribed.delete(liveVideoId), false),
      close: async () => void this.#subscribers.delete(subscriber),
    }
  }

  /** What a node is still subscribed to. */
  subscriptionsOf(process: NodeProcess): LiveVideoId[] {
    return [...this.#subscribers].flatMap((one) => (one.process === process ? [...one.subscribed] : []))
  }

  /** Requests of one node arrive in their order, as on one connection: each takes the same time. */
  #ask({ process }: Subscriber, carryOut: () => void, mayFail: boolean): Promise<void> {
    const { refusals, delayMsMax } = this.#weather
    const refused = mayFail && this.#random.chance(refusals)
    return new Promise((resolve, reject) => {
      process.network.after(delayMsMax / 2, () => {
        if (refused) return reject(new Refusal('the bus refuses the subscription'))
        carryOut()
        resolve()
      })
    })
  }

  #publish(from: NodeProcess, events: LiveVideoEvent[]): void {
    if (events.length === 0) return
    for (const subscriber of this.#subscribers) this.#send(from, subscriber, events)
  }

  #send(from: NodeProcess, subscriber: Subscriber, events: LiveVideoEvent[]): void {
    const { sameTurn, delayMsMax, losses, repeats, repeatMsMax } = this.#weather
    const random = this.#random
    if (random.chance(repeats)) this.#deliver(subscriber, events, random.between(0, repeatMsMax))
    if (random.chance(losses)) return
    const local = sameTurn && from === subscriber.process
    this.#deliver(subscriber, events, local ? null : random.between(0, delayMsMax))
  }

  #deliver(subscriber: Subscriber, events: LiveVideoEvent[], delayMs: number | null): void {
    const stray = this.#random.chance(this.#weather.strays)
    const hand = () => {
      const wanted = events.filter(({ liveVideoId }) => stray || subscriber.subscribed.has(liveVideoId))
      if (wanted.length > 0) subscriber.listener(wanted.map(subscriber.carry))
    }
    if (delayMs === null) hand()
    else subscriber.process.network.after(delayMs, hand)
  }
}
