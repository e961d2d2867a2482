import type { Parcel } from './parcel.ts'

/** What waits for a node, oldest first, bounded in bytes. */
export class ParcelQueue {
  readonly #bytesMax: number
  #parcels: Parcel[] = []
  /** Those before it are gone. Moving all the others up, each time that one is dropped, would cost most when busiest. */
  #first = 0
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get empty(): boolean {
    return this.#first === this.#parcels.length
  }

  /** Returns how many of the oldest were dropped for it. */
  push(parcel: Parcel): number {
    this.#parcels.push(parcel)
    this.#bytes += parcel.bytes
    let dropped = 0
    for (; this.#bytes > this.#bytesMax; dropped++) this.#bytes -= this.#parcels[this.#first++]?.bytes ?? 0
    if (this.#first > this.#parcels.length / 2) this.#forget()
    return dropped
  }

  /** Takes the oldest: as many as `bytesMax` holds, at least one if there is one. */
  take(bytesMax = Number.POSITIVE_INFINITY): Parcel[] {
    let end = this.#first
    let bytes = 0
    for (; end < this.#parcels.length; end++) {
      bytes += this.#parcels[end]?.bytes ?? 0
      if (bytes > bytesMax && end > this.#first) break
    }
    const taken = this.#parcels.slice(this.#first, end)
    for (const parcel of taken) this.#bytes -= parcel.bytes
    this.#first = end
    this.#forget()
    return taken
  }

  #forget(): void {
    this.#parcels = this.#parcels.slice(this.#first)
    this.#first = 0
  }
}
