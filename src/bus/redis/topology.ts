import { Backoff } from '../../domain/backoff.ts'
import { type Cancel, jittered } from '../../domain/time.ts'
import { askOnce, hopelessIn, messageOf, nameOf } from './client.ts'
import { type RedisAddress, RedisConfigError } from './redis-url.ts'
import { type SlotRange, Slots } from './slots.ts'
import type { RedisWorld } from './world.ts'

export interface TopologyListener {
  /** Slots of a cluster have gone to other servers. */
  changed(): void
  /** A cluster has told who has which slots, whether that is new or not. */
  looked(): void
}

/** Where each channel is served: by the one Redis, or by the server of a cluster that has its slot. */
export class Topology {
  readonly #world: RedisWorld
  readonly #listener: TopologyListener
  readonly #backoff: Backoff
  #slots: Slots
  #cancel: Cancel = () => {}
  #looking = false
  #hinted = false
  #closed = false

  constructor(world: RedisWorld, listener: TopologyListener) {
    this.#world = world
    this.#listener = listener
    this.#backoff = new Backoff(world.clock, world.random, world.options.hinted)
    this.#slots = world.target.cluster ? new Slots([]) : Slots.allAt(world.target.seeds)
  }

  /** The name of the server that has a slot; null while that is not known. */
  ownerOf(slot: number): string | null {
    return this.#slots.ownerOf(slot)
  }

  /** Undefined: no server of that name has a slot. */
  addressOf(server: string): RedisAddress | undefined {
    return this.#slots.servers.get(server)
  }

  /** The first look. Who is away may come; @throws RedisConfigError when waiting mends nothing */
  async open(): Promise<void> {
    const failure = await this.#look()
    if (failure instanceof RedisConfigError) throw failure
  }

  /** Something hints at a change. */
  refresh(): void {
    if (this.#hinted) return
    this.#hinted = true
    if (!this.#looking) this.#lookAfter(this.#backoff.failed())
  }

  close(): void {
    this.#closed = true
    this.#cancel()
  }

  #lookAfter(waitMs: number): void {
    const { target, clock } = this.#world
    this.#cancel()
    if (this.#closed || !target.cluster) return
    this.#cancel = clock.after(waitMs, () => void this.#look())
  }

  /** Returns what is wrong when nobody answers. */
  async #look(): Promise<unknown> {
    const { options, random } = this.#world
    this.#looking = true
    this.#hinted = false
    const failure = await this.#askAnyone()
    this.#looking = false
    if (failure === null) this.#backoff.succeeded()
    const isCalm = failure === null && !this.#hinted
    this.#lookAfter(isCalm ? jittered(options.topologyMs, random) : this.#backoff.failed())
    return failure
  }

  async #askAnyone(): Promise<unknown> {
    let failure: unknown = new Error('nobody is known')
    for (const address of this.#candidates()) {
      try {
        this.#take(await this.#ask(address))
        return null
      } catch (error) {
        const hopeless = hopelessIn(error, address)
        if (hopeless || !(failure instanceof RedisConfigError)) failure = hopeless ?? error
        this.#tell(address, error)
      }
    }
    return failure
  }

  /** All that are known, in an order of chance. */
  #candidates(): RedisAddress[] {
    const known = [...this.#slots.servers.values(), ...this.#world.target.seeds]
    const byName = new Map(known.map((address) => [nameOf(address), { address, rank: this.#world.random() }]))
    return [...byName.values()].sort((a, b) => a.rank - b.rank).map(({ address }) => address)
  }

  /** Null: it is the one Redis. */
  async #ask(address: RedisAddress): Promise<SlotRange[] | null> {
    const { target } = this.#world
    if (!target.cluster) return askOnce(address, this.#world, (client) => client.ping()).then(() => null)
    const ranges = await askOnce(address, this.#world, (client) => client.clusterSlots())
    // A server that knows no name of its own leaves it out: it is the one that was asked.
    return ranges.map(({ from, to, master: { host, port } }) => ({
      from,
      to,
      master: { host: host || address.host, port },
    }))
  }

  #take(ranges: SlotRange[] | null): void {
    if (ranges === null || this.#closed) return
    const slots = new Slots(ranges)
    const isNew = !slots.equals(this.#slots)
    this.#slots = slots
    if (isNew) this.#listener.changed()
    this.#listener.looked()
  }

  #tell(address: RedisAddress, error: unknown): void {
    this.#world.report(new Error(`Redis at ${nameOf(address)} does not answer: ${messageOf(error)}`))
  }
}
