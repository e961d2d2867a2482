import type { Happening } from '../world/calendar.ts'
import type { Cluster } from './cluster.ts'
import { nobody } from './seats.ts'
import type { SharedSeats } from './shared-seats.ts'
import { carriedBy, evenness } from './snapshot.ts'

/** What came of something that happened to nodes. */
export interface IncidentFigures {
  name: string
  what: Happening['what']
  second: number
  nodes: number
  /** Of the nodes it happened to, at that moment. */
  ownSlots: number
  /** Slots moved to or from these nodes, and others: in the step that answered it, or until those who joined have enough. */
  ownSlotsMoved: number
  otherSlotsMoved: number
  /** Until those who joined carry nine tenths of the mean, or those who drain nobody; null: not within the simulation. */
  secondsToSettle: number | null
  /** Viewers whom these nodes had, and on which nodes they belong after the step that answered it. */
  viewers: number
  heirs: Map<number, number>
}

/** Watches what the Dispatcher makes of it. */
export class Incident {
  readonly figures: IncidentFigures
  readonly #nodes: ReadonlySet<number>
  readonly #ownersBefore: Int32Array
  readonly #seatedBefore: Float64Array
  /** By spread live video: who sat on these nodes. */
  readonly #sharedBefore: Map<SharedSeats, number>
  #answered = false

  constructor({ name, what, second }: Happening, nodes: number[], cluster: Cluster) {
    const { seats } = cluster
    this.#nodes = new Set(nodes)
    this.#ownersBefore = seats.owners.slice()
    this.#seatedBefore = Float64Array.from(seats.owners, (_, slot) => seats.seated(slot))
    const seatsOf = (shared: SharedSeats) =>
      nodes.reduce((sum, node) => sum + (shared.seats.get(node) ?? 0), 0)
    this.#sharedBefore = new Map([...seats.shared.values()].map((shared) => [shared, seatsOf(shared)]))
    const { viewers } = carriedBy(cluster)
    this.figures = {
      name,
      what,
      second,
      nodes: nodes.length,
      ownSlots: this.#ownersBefore.filter((owner) => this.#nodes.has(owner)).length,
      ownSlotsMoved: 0,
      otherSlotsMoved: 0,
      secondsToSettle: null,
      viewers: nodes.reduce((sum, node) => sum + (viewers[node] ?? 0), 0),
      heirs: new Map(),
    }
  }

  /** After each second, with the slots' nodes before it. */
  look(second: number, cluster: Cluster, before: Int32Array): void {
    const { figures } = this
    if (figures.secondsToSettle !== null) return
    const moved = [...before.keys()].filter((slot) => before[slot] !== cluster.seats.owners[slot])
    const own = moved.filter((slot) => this.#concerns(slot, cluster))
    if (own.length > 0 && (figures.what === 'joined' || !this.#answered)) {
      figures.ownSlotsMoved += own.length
      figures.otherSlotsMoved += moved.length - own.length
      this.#answer(cluster, own)
    }
    if (this.#isSettled(cluster)) figures.secondsToSettle = second - figures.second
  }

  #concerns(slot: number, { seats }: Cluster): boolean {
    return (
      this.#nodes.has(this.#ownersBefore[slot] ?? nobody) || this.#nodes.has(seats.owners[slot] ?? nobody)
    )
  }

  #answer({ seats }: Cluster, own: number[]): void {
    this.#answered = true
    for (const slot of own) this.#inherit([seats.owners[slot] ?? nobody], this.#seatedBefore[slot] ?? 0)
    for (const [shared, viewers] of this.#sharedBefore) this.#inherit(shared.nodes, viewers)
  }

  #inherit(heirs: readonly number[], viewers: number): void {
    for (const heir of heirs)
      this.figures.heirs.set(heir, (this.figures.heirs.get(heir) ?? 0) + viewers / heirs.length)
  }

  #isSettled(cluster: Cluster): boolean {
    const { viewers } = carriedBy(cluster)
    const { mean } = evenness(viewers, cluster.living)
    const loads = [...this.#nodes].map((node) => viewers[node] ?? 0)
    if (this.figures.what === 'joined') return loads.every((load) => load >= 0.9 * mean)
    return this.#answered && loads.every((load) => load < 1)
  }
}
