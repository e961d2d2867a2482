import type { Message } from './kafka-clients.ts'

/** A message with the number of events in it. */
export interface Parcel extends Message {
  events: number
}

/** What waits to be sent, oldest first, bounded in bytes. */
export class Outbox {
  readonly #bytesMax: number
  /** In order; a set, because the oldest of very many leaves it at no cost. */
  #parcels = new Set<Parcel>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** @returns the oldest, which had to go for it */
  add(parcel: Parcel): Parcel[] {
    this.#parcels.add(parcel)
    this.#bytes += parcel.value.length
    return this.#trim()
  }

  /** Takes the oldest that fit in so many bytes together, one at least if there is one. */
  take(bytesMax: number): Parcel[] {
    const taken: Parcel[] = []
    let bytes = 0
    for (const parcel of this.#parcels) {
      bytes += parcel.value.length
      if (bytes > bytesMax && taken.length > 0) break
      this.#remove(parcel)
      taken.push(parcel)
    }
    return taken
  }

  /** Those that were taken last and could not be sent. @returns the oldest, which had to go meanwhile */
  putBack(parcels: Parcel[]): Parcel[] {
    this.#parcels = new Set([...parcels, ...this.#parcels])
    for (const { value } of parcels) this.#bytes += value.length
    return this.#trim()
  }

  #trim(): Parcel[] {
    const dropped: Parcel[] = []
    for (const oldest of this.#parcels) {
      if (this.#bytes <= this.#bytesMax) break
      this.#remove(oldest)
      dropped.push(oldest)
    }
    return dropped
  }

  #remove(parcel: Parcel): void {
    this.#parcels.delete(parcel)
    this.#bytes -= parcel.value.length
  }
}
