import { keySlotOf } from './key-slot.ts'
import { PerServer } from './per-server.ts'
import { type Message, PublishQueue } from './publish-queue.ts'
import { Publisher } from './publisher.ts'
import type { Topology } from './topology.ts'
import type { RedisWorld } from './world.ts'

/** The messages of a node, each sent to the server that has its slot. */
export class Publishing {
  readonly #world: RedisWorld
  readonly #topology: Topology
  readonly #publishers: PerServer<Publisher>
  /** Nobody is known to serve their channels; until the next look at the cluster. */
  readonly #homeless: PublishQueue

  constructor(world: RedisWorld, topology: Topology) {
    this.#world = world
    this.#topology = topology
    const { unsentBytesMax } = world.options
    this.#homeless = new PublishQueue(unsentBytesMax, unsentBytesMax)
    this.#publishers = new PerServer(topology, (address) => {
      const misplaced = (message: Message) => this.#hold(message)
      const dropped = (message: Message, reason: string) => this.#drop(message, reason)
      return new Publisher(address, world, { misplaced, dropped, away: () => topology.refresh() })
    })
  }

  publish(message: Message): void {
    const server = this.#topology.ownerOf(keySlotOf(message.channel))
    const publisher = server === null ? null : this.#publishers.at(server)
    if (publisher) publisher.send(message)
    else this.#hold(message)
  }

  /** A cluster has told who has which slots. */
  looked(): void {
    for (const gone of this.#publishers.removeGone()) {
      for (const message of gone.takeAll()) this.publish(message)
      gone.close()
    }
    for (const message of this.#homeless.takeAll()) this.publish(message)
  }

  /** Resolves when everything is sent that can be sent now. */
  async idle(): Promise<void> {
    await Promise.all(this.#publishers.all.map((publisher) => publisher.idle()))
  }

  close(): void {
    this.#publishers.close()
  }

  #hold(message: Message): void {
    for (const dropped of this.#homeless.add(message)) this.#drop(dropped, 'no server has its slot')
    this.#topology.refresh()
  }

  #drop({ events }: Message, reason: string): void {
    this.#world.metrics.dropped(events)
    this.#world.report(new Error(`events were not sent to Redis; viewers get them late: ${reason}`))
  }
}
