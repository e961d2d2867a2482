import { nameOf } from './client.ts'
import { keySlotCount } from './key-slot.ts'
import type { RedisAddress } from './redis-url.ts'

/** A run of slots of a cluster and the server that has it, as `CLUSTER SLOTS` tells. */
export interface SlotRange {
  from: number
  to: number
  master: RedisAddress
}

/** Which server has which slot of a cluster. */
export class Slots {
  /** By name. */
  readonly servers = new Map<string, RedisAddress>()
  /** Names; null: nobody serves the slot. */
  readonly #owners = new Array<string | null>(keySlotCount).fill(null)

  constructor(ranges: SlotRange[]) {
    for (const { from, to, master } of ranges) {
      this.servers.set(nameOf(master), master)
      this.#owners.fill(nameOf(master), from, to + 1)
    }
  }

  /** Of a Redis that serves everything. */
  static allAt(servers: RedisAddress[]): Slots {
    return new Slots(servers.map((master) => ({ from: 0, to: keySlotCount - 1, master })))
  }

  ownerOf(slot: number): string | null {
    return this.#owners[slot] ?? null
  }

  equals(other: Slots): boolean {
    return this.#owners.every((owner, slot) => owner === other.#owners[slot])
  }
}
