import type { Message } from './kafka-clients.ts'

/** A message with the number of events in it. */
export interface Parcel extends Message {
  events: number
}

/** What is still to be sent, oldest first, bounded in bytes. */
export class Outbox {
  readonly #bytesMax: number
  readonly #parcels: Parcel[] = []
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get isEmpty(): boolean {
    return this.#parcels.length === 0
  }

  /** @returns false when there is no room for it */
  add(parcel: Parcel): boolean {
    if (this.#bytes + parcel.value.length > this.#bytesMax) return false
    this.#parcels.push(parcel)
    this.#bytes += parcel.value.length
    return true
  }

  /** The oldest that fit in so many bytes together, one at least; they stay until they are removed. */
  oldest(bytesMax: number): Parcel[] {
    let bytes = 0
    const end = this.#parcels.findIndex(({ value }, index) => {
      bytes += value.length
      return bytes > bytesMax && index > 0
    })
    return end === -1 ? [...this.#parcels] : this.#parcels.slice(0, end)
  }

  removeOldest(count: number): void {
    for (const { value } of this.#parcels.splice(0, count)) this.#bytes -= value.length
  }
}
