import type { Bus, EventListener } from '../../../src/bus/bus.ts'
import type { LiveVideoEvent } from '../../../src/domain/event.ts'
import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import type { SeededRandom } from '../random.ts'
import { carryTo } from '../services.ts'
import type { BusWeather } from '../simulated-bus.ts'
import type { World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** The realtime half of one node's bus. */
interface Receiver {
  wanted: Set<LiveVideoId>
  listener: EventListener
  carry: (event: LiveVideoEvent) => LiveVideoEvent
}

/** Posts events to the nodes that the publisher's own clerk names, as badly as its weather says; tries nothing again. */
export class SimulatedDispatchedBus {
  readonly #receivers = new Map<ClusterNode, Receiver>()
  readonly #world: World
  readonly #cluster: Cluster
  readonly #random: SeededRandom
  readonly #weather: BusWeather

  constructor(world: World, cluster: Cluster) {
    this.#world = world
    this.#cluster = cluster
    this.#random = world.random.fork()
    this.#weather = world.plan.bus
  }

  connect(node: ClusterNode): Bus {
    const carry = carryTo(this.#world, node.process)
    const receiver: Receiver = { wanted: new Set(), listener: () => {}, carry }
    this.#receivers.set(node, receiver)
    node.process.onEnd(() => this.#receivers.delete(node))
    return {
      publish: (events) => this.#publish(node, events),
      onEvents: (listener) => {
        receiver.listener = listener
      },
      onInterrupted: () => {},
      subscribe: async (liveVideoId) => void receiver.wanted.add(liveVideoId),
      unsubscribe: async (liveVideoId) => void receiver.wanted.delete(liveVideoId),
      close: async () => {},
    }
  }

  /** What a node still asks for. */
  wantedBy(node: ClusterNode): number {
    return this.#receivers.get(node)?.wanted.size ?? 0
  }

  #publish(from: ClusterNode, events: LiveVideoEvent[]): void {
    const byUrl = new Map<string, LiveVideoEvent[]>()
    for (const event of events) {
      const urls = from.clerk.receiversOf(event.liveVideoId)
      this.#cluster.history.checkReceivers(from, event.liveVideoId, urls)
      for (const url of urls) byUrl.set(url, [...(byUrl.get(url) ?? []), event])
    }
    for (const [url, group] of byUrl) this.#post(from, url, group)
  }

  #post(from: ClusterNode, url: string, events: LiveVideoEvent[]): void {
    const { delayMsMax, losses, repeats, repeatMsMax } = this.#weather
    const random = this.#random
    const node = this.#cluster.at(url)
    if (!node) return
    if (node === from) return this.#hand(node, events)
    const deliver = (delayMs: number) =>
      node.process.network.after(delayMs, () => {
        if (this.#cluster.reach(from, node)) this.#hand(node, events)
      })
    if (random.chance(repeats)) deliver(random.between(0, repeatMsMax))
    if (!random.chance(losses)) deliver(random.between(0, delayMsMax))
  }

  #hand(node: ClusterNode, events: LiveVideoEvent[]): void {
    const receiver = this.#receivers.get(node)
    if (!receiver) return
    this.#world.problems.note(
      () => `${node.url} receives ${events.map(({ liveVideoId, seq }) => `${liveVideoId} ${seq}`)}`,
    )
    for (const { liveVideoId } of events) this.#cluster.history.received(node, liveVideoId)
    const wanted = events.filter(({ liveVideoId }) => receiver.wanted.has(liveVideoId))
    if (wanted.length > 0) receiver.listener(wanted.map(receiver.carry))
  }
}
