import type { RedisAddress } from './redis-url.ts'
import type { Topology } from './topology.ts'

/** One of something for each server that is needed, made when it is needed first. */
export class PerServer<T extends { close(): void }> {
  readonly #topology: Topology
  readonly #make: (address: RedisAddress) => T
  readonly #made = new Map<string, T>()

  constructor(topology: Topology, make: (address: RedisAddress) => T) {
    this.#topology = topology
    this.#make = make
  }

  get all(): T[] {
    return [...this.#made.values()]
  }

  /** Null: there is no such server any more, and there was nothing for it. */
  at(server: string): T | null {
    const made = this.#made.get(server)
    if (made) return made
    const address = this.#topology.addressOf(server)
    if (!address) return null
    const one = this.#make(address)
    this.#made.set(server, one)
    return one
  }

  /** Forgets and returns those whose server has no slots any more. */
  removeGone(): T[] {
    const gone = [...this.#made].filter(([server]) => !this.#topology.addressOf(server))
    for (const [server] of gone) this.#made.delete(server)
    return gone.map(([, one]) => one)
  }

  close(): void {
    for (const one of this.all) one.close()
    this.#made.clear()
  }
}
