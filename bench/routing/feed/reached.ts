/**
 * What the bus is for: an event counts once for each realtime node on which it came to a viewer live, however many
 * viewers of the live video sit there.
 */
export class Reached {
  readonly #seqs = new Map<string, Set<number>>()
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Where the viewers of a live video on a node note what came to them. */
  at(nodeUrl: string, liveVideoId: string): (seq: number) => void {
    const key = `${nodeUrl} ${liveVideoId}`
    const seqs = this.#seqs.get(key) ?? new Set()
    this.#seqs.set(key, seqs)
    return (seq) => {
      if (seqs.has(seq)) return
      seqs.add(seq)
      this.#count++
    }
  }
}
