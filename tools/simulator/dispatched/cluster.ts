import { defaultPaces } from '../../../src/dispatcher/leader.ts'
import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import type { Assignment } from '../../../src/placement/assignment.ts'
import type { RebalanceOptions } from '../../../src/placement/rebalance/options.ts'
import { rebalance } from '../../../src/placement/rebalance/rebalance.ts'
import { slotCount, slotOf } from '../../../src/placement/slots.ts'
import { type NodeEntry, type NodeLoad, noLoad } from '../../../src/registry/registry.ts'
import { assumptions } from '../assumptions.ts'
import type { SeededRandom } from '../random.ts'
import { type Moved, nobody, type Seats } from './seats.ts'

/** As realtime nodes have it. */
const slotsReported = 64
/** Steps to come to rest; each moves a part of the viewers at most. */
const settleStepsMax = 100

interface Node {
  entry: NodeEntry
  /** Second of its death; null while it lives. */
  diedAt: number | null
  draining: boolean
}

/** Realtime nodes that report what they carry, and a Dispatcher that assigns by those reports: Chorus's own function. */
export class Cluster {
  readonly seats: Seats
  assignment: Assignment | null = null
  /** How long each assignment took to compute, in milliseconds: of this machine, not of the simulated world. */
  readonly computedMs: number[] = []
  readonly registryWrites = { reports: 0, documents: 0 }
  readonly #options: RebalanceOptions
  readonly #random: SeededRandom
  readonly #nodes: Node[] = []
  readonly #indexByUrl = new Map<string, number>()
  #second = 0
  #movedAt = Number.NEGATIVE_INFINITY

  constructor(seats: Seats, nodeCount: number, options: RebalanceOptions, random: SeededRandom) {
    this.seats = seats
    this.#options = options
    this.#random = random
    for (let node = 0; node < nodeCount; node++) this.join()
  }

  /** Nodes that ever were. */
  get size(): number {
    return this.#nodes.length
  }

  /** Nodes that live and do not stop. */
  get living(): number[] {
    return [...this.#nodes.entries()].flatMap(([node, { diedAt, draining }]) =>
      diedAt === null && !draining ? [node] : [],
    )
  }

  join(): number {
    const node = this.#nodes.length
    const url = `http://node-${String(node).padStart(4, '0')}.live:8080`
    this.#indexByUrl.set(url, node)
    this.#nodes.push({ entry: { url, roles: ['realtime'], load: noLoad }, diedAt: null, draining: false })
    return node
  }

  lose(node: number): void {
    const lost = this.#nodes[node]
    if (lost) lost.diedAt = this.#second
    this.seats.lose(node)
  }

  drain(node: number): void {
    const stopping = this.#nodes[node]
    if (stopping) stopping.draining = true
  }

  /** One second: viewers move, nodes report, the Dispatcher looks. Returns what it moved; null: nothing. */
  tick(): Moved | null {
    this.#second++
    this.seats.tick(this.size)
    this.#report((node) => (this.#second + node) % assumptions.reportSeconds === 0)
    return this.#assign()
  }

  /** Steps of the Dispatcher until it has nothing more to do, each with viewers who sit where it wants them. */
  settle(): void {
    for (let step = 0; step < settleStepsMax; step++) {
      this.#report(() => true)
      if (this.#assign() === null) return
      for (let second = 0; second < 60; second++) this.seats.tick(this.size)
      this.#second += 60
    }
  }

  #assign(): Moved | null {
    const registered = this.#nodes.filter(
      ({ diedAt }) => diedAt === null || this.#second - diedAt < assumptions.leaseSeconds,
    )
    const loadsAreFresh = this.#second - this.#movedAt > defaultPaces.loadsSettleMs / 1_000
    const startedAt = performance.now()
    const entries = registered.map(({ entry }) => entry)
    const next = rebalance(this.assignment, entries, { ...this.#options, loadsAreFresh })
    this.computedMs.push(performance.now() - startedAt)
    // The loads of what is spread, for the clerks.
    if (this.seats.shared.size > 0) this.registryWrites.documents++
    if (next === this.assignment) return null
    this.assignment = next
    this.registryWrites.documents++
    const moved = this.seats.apply(next, (url) => this.#indexByUrl.get(url) ?? nobody)
    if (moved.slots > 0) this.#movedAt = this.#second
    return moved
  }

  /** The chosen nodes tell what they carry. */
  #report(chosen: (node: number) => boolean): void {
    const loads = this.#watched()
    for (const [index, node] of this.#nodes.entries()) {
      if (node.diedAt !== null || !chosen(index)) continue
      const load = loads[index] ?? new Watched()
      node.entry = { ...node.entry, load: { ...load.report(), draining: node.draining } }
      this.registryWrites.reports++
    }
  }

  #watched(): Watched[] {
    const all = this.#nodes.map(() => new Watched())
    const { seats } = this
    const noisy = (viewers: number) => this.#random.count(viewers)
    for (let slot = 0; slot < slotCount; slot++)
      all[seats.owners[slot] ?? nobody]?.addSlot(slot, noisy(seats.seated(slot)))
    for (const { slot, from, viewers } of seats.leavings.seats()) all[from]?.addSlot(slot, noisy(viewers))
    for (const { slot, liveVideoId, viewers } of seats.large())
      all[seats.owners[slot] ?? nobody]?.name(liveVideoId, noisy(Math.min(viewers, seats.seated(slot))))
    for (const { liveVideoId, seats: shared } of seats.shared.values())
      for (const [node, viewers] of shared) {
        const seated = noisy(viewers)
        all[node]?.name(liveVideoId, seated)
        all[node]?.addSlot(slotOf(liveVideoId), seated)
      }
    return all
  }
}

/** What one node finds when it counts its viewers. */
class Watched {
  readonly #slots = new Map<number, number>()
  readonly #liveVideos: NodeLoad['liveVideos'] = []
  #viewers = 0

  addSlot(slot: number, viewers: number): void {
    this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + viewers)
    this.#viewers += viewers
  }

  name(liveVideoId: LiveVideoId, viewers: number): void {
    this.#liveVideos.push({ liveVideoId, viewers })
  }

  report(): NodeLoad {
    const slots = [...this.#slots]
      .map(([slot, viewers]) => ({ slot, viewers }))
      .sort((a, b) => b.viewers - a.viewers)
      .slice(0, slotsReported)
    return { ...noLoad, viewers: this.#viewers, liveVideos: this.#liveVideos, slots }
  }
}
