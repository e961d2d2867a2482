import { keySlotOf } from './key-slot.ts'
import { PerServer } from './per-server.ts'
import { Subscriber, type SubscriberListener } from './subscriber.ts'
import type { Topology } from './topology.ts'
import type { RedisWorld } from './world.ts'

/**
 * The subscriptions of a node, each at the server that has its slot. Not left to the library's client for clusters: in
 * 6.3.1 that loses a subscription for good when its slot moves while another call is under way, and connects to nobody
 * while one master is away (both tried here).
 */
export class Listening {
  readonly #topology: Topology
  readonly #subscribers: PerServer<Subscriber>
  /** Where each channel is asked for; null: nobody is known to serve it. */
  readonly #places = new Map<string, { slot: number; server: string | null }>()

  constructor(world: RedisWorld, topology: Topology, listener: SubscriberListener) {
    this.#topology = topology
    this.#subscribers = new PerServer(topology, (address) => new Subscriber(address, world, listener))
  }

  /** Resolves when it is confirmed, or nobody is there to confirm it: then `interrupted` follows. */
  async want(channel: string): Promise<void> {
    const { server } = this.#places.get(channel) ?? this.#place(channel)
    if (server === null) this.#topology.refresh()
    else await this.#subscribers.at(server)?.want(channel)
  }

  async letGo(channel: string): Promise<void> {
    const server = this.#places.get(channel)?.server
    this.#places.delete(channel)
    if (server) await this.#subscribers.at(server)?.letGo(channel)
  }

  /** Slots have gone to other servers. */
  rearrange(): void {
    for (const [channel, place] of this.#places) {
      const before = place.server
      place.server = this.#topology.ownerOf(place.slot)
      if (before === place.server) continue
      if (before !== null) void this.#subscribers.at(before)?.letGo(channel)
      if (place.server !== null) this.#subscribers.at(place.server)?.takeOver(channel)
    }
    for (const gone of this.#subscribers.removeGone()) gone.close()
  }

  close(): void {
    this.#subscribers.close()
  }

  #place(channel: string) {
    const slot = keySlotOf(channel)
    const place = { slot, server: this.#topology.ownerOf(slot) }
    this.#places.set(channel, place)
    return place
  }
}
