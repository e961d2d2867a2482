import type { LiveVideoId } from '../../domain/live-video.ts'
import type { Assignment } from '../assignment.ts'
import { slotCount, slotOf } from '../slots.ts'
import type { Viewers } from './viewers.ts'

/** What a slot weighs by itself, in viewers: somebody may come. In an empty cluster it is all that there is. */
const emptySlotWeight = 0.1

/** Owner of a slot whose node is gone. */
export const nobody = -1

/** The nodes that share a live video, and how many there are to be. */
interface Spread {
  nodes: ReadonlySet<number>
  size: number
}

/** The next assignment while it is being made, with the load of each node in it. Nodes are indexes of `urls`. */
export class Draft {
  /** The nodes that can carry something, sorted. */
  readonly urls: readonly string[]
  /** In viewers. */
  readonly #loads: Float64Array
  readonly #slots: Set<number>[]
  readonly #owners = new Int32Array(slotCount).fill(nobody)
  readonly #spread = new Map<LiveVideoId, Spread>()
  readonly #viewers: Viewers

  constructor(current: Assignment | null, urls: readonly string[], viewers: Viewers) {
    this.urls = urls
    this.#loads = new Float64Array(urls.length)
    this.#slots = urls.map(() => new Set())
    this.#viewers = viewers
    if (current) this.#take(current)
  }

  get spread(): ReadonlyMap<LiveVideoId, Spread> {
    return this.#spread
  }

  get meanLoad(): number {
    return this.#loads.reduce((sum, load) => sum + load, 0) / this.urls.length
  }

  ownerOf(slot: number): number {
    return this.#owners[slot] ?? nobody
  }

  viewersOfSlot(slot: number): number {
    return this.#viewers.slots[slot] ?? 0
  }

  viewersOf(liveVideoId: LiveVideoId): number {
    return this.#viewers.liveVideos.get(liveVideoId) ?? 0
  }

  /** The live videos with more viewers than that, most first. */
  watchedByMoreThan(viewers: number): LiveVideoId[] {
    return [...this.#viewers.liveVideos]
      .filter(([, those]) => those > viewers)
      .sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
      .map(([liveVideoId]) => liveVideoId)
  }

  loadOf(node: number): number {
    return this.#loads[node] ?? 0
  }

  /** The slots of a node. */
  slotsOf(node: number): ReadonlySet<number> {
    return this.#slots[node] ?? new Set()
  }

  weightOf(slot: number): number {
    return this.viewersOfSlot(slot) + emptySlotWeight
  }

  giveSlot(slot: number, to: number): void {
    const from = this.ownerOf(slot)
    this.#count(from, -this.weightOf(slot))
    this.#count(to, this.weightOf(slot))
    this.#slots[from]?.delete(slot)
    this.#slots[to]?.add(slot)
    this.#owners[slot] = to
  }

  /** Spreads a live video over these nodes. Its viewers, no longer its slot's, share them evenly. */
  share(liveVideoId: LiveVideoId, nodes: ReadonlySet<number>): void {
    if (!this.#spread.has(liveVideoId)) this.#addToSlot(liveVideoId, -this.viewersOf(liveVideoId))
    this.#setSpread(liveVideoId, { nodes, size: nodes.size })
  }

  /** Ends a spread: all of its viewers are its slot's again. */
  unshare(liveVideoId: LiveVideoId): void {
    this.#countShares(liveVideoId, -1)
    this.#spread.delete(liveVideoId)
    this.#addToSlot(liveVideoId, this.viewersOf(liveVideoId))
  }

  /** The node with the least load of those that are not in `except`. @throws RangeError when all are */
  leastLoaded(except: ReadonlySet<number> = new Set()): number {
    let [least, lowest] = [nobody, Number.POSITIVE_INFINITY]
    for (let node = 0; node < this.urls.length; node++) {
      const load = this.loadOf(node)
      if (load < lowest && !except.has(node)) [least, lowest] = [node, load]
    }
    if (least === nobody) throw new RangeError('there is no other node')
    return least
  }

  #take({ nodes, slots, spread }: Assignment): void {
    const indexByUrl = new Map(this.urls.map((url, index) => [url, index]))
    const here = nodes.map((url) => indexByUrl.get(url) ?? nobody)
    const nodeOf = (index: number) => here[index] ?? nobody
    for (const [slot, index] of slots.entries()) this.giveSlot(slot, nodeOf(index))
    for (const [liveVideoId, indexes] of Object.entries(spread)) {
      const living = indexes.map(nodeOf).filter((node) => node !== nobody)
      this.#setSpread(liveVideoId, { nodes: new Set(living), size: indexes.length })
    }
  }

  #setSpread(liveVideoId: LiveVideoId, spread: Spread): void {
    this.#countShares(liveVideoId, -1)
    this.#spread.set(liveVideoId, spread)
    this.#countShares(liveVideoId, 1)
  }

  #countShares(liveVideoId: LiveVideoId, sign: 1 | -1): void {
    const { nodes, size } = this.#spread.get(liveVideoId) ?? { nodes: [], size: 1 }
    for (const node of nodes) this.#count(node, (sign * this.viewersOf(liveVideoId)) / size)
  }

  #addToSlot(liveVideoId: LiveVideoId, viewers: number): void {
    const slot = slotOf(liveVideoId)
    const before = this.viewersOfSlot(slot)
    this.#viewers.slots[slot] = Math.max(0, before + viewers)
    this.#count(this.ownerOf(slot), this.viewersOfSlot(slot) - before)
  }

  #count(node: number, load: number): void {
    if (node !== nobody) this.#loads[node] = this.loadOf(node) + load
  }
}
