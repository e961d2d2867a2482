import { type Draft, nobody } from './draft.ts'
import type { RebalanceOptions } from './options.ts'
import { type Piece, partsOf, slotsOf } from './pieces.ts'

/** A move is worth its while when the busier of its two nodes ends that part of the mean load lower. */
const gainMin = 0.02
/** Who has too little asks so many of the busiest in vain: with hundreds of nodes to fill, asking all would take seconds. */
const asksMax = 8

/**
 * Moves load from busy nodes to idle ones, once some node is far from the mean and until none is: few pieces, and no
 * more viewers than a step may move. (After the weighted moves of Slicer: Adya et al., OSDI 2016.)
 */
export class Levelling {
  readonly #draft: Draft
  readonly #options: RebalanceOptions
  readonly #mean: number
  /** Viewers that may still be moved. */
  #left: number
  #moved = false

  constructor(draft: Draft, options: RebalanceOptions) {
    this.#draft = draft
    this.#options = options
    this.#mean = draft.meanLoad
    this.#left = this.#mean * draft.urls.length * options.movedShareMax
  }

  run(): void {
    const { overloaded, underloaded, differenceMin } = this.#options
    const far = (node: number) => Math.abs(this.#draft.loadOf(node) - this.#mean) > differenceMin
    const nodes = [...this.#draft.urls.keys()].filter(far)
    const idle = nodes.filter((node) => this.#ratio(node) < underloaded)
    if (nodes.some((node) => this.#ratio(node) > overloaded)) this.#relieve()
    for (const node of idle) this.#fill(node)
  }

  /** Takes from whoever has too much, the busiest first. */
  #relieve(): void {
    const stuck = new Set<number>()
    while (!this.#spent) {
      const busiest = this.#busiest(stuck)
      if (busiest === nobody || this.#ratio(busiest) <= this.#options.levelled) return
      if (!this.#give(busiest, this.#draft.leastLoaded(), { keeps: 1, keepsMin: 0 })) stuck.add(busiest)
    }
  }

  /** Gives a node that has too little, from the busiest that can spare something. */
  #fill(node: number): void {
    const { levelled, givesDownTo, underloaded } = this.#options
    const stuck = new Set([node])
    while (this.#ratio(node) < 2 - levelled && stuck.size <= asksMax && !this.#spent) {
      const busiest = this.#busiest(stuck)
      if (busiest === nobody || this.#ratio(busiest) <= this.#ratio(node)) return
      if (!this.#give(busiest, node, { keeps: givesDownTo, keepsMin: underloaded })) stuck.add(busiest)
    }
  }

  /**
   * Gives one piece: the largest that leaves the giver `keeps` times the mean and does not overload the other, or else
   * the smallest that helps and leaves the giver `keepsMin`. False: there is none.
   */
  #give(from: number, to: number, { keeps, keepsMin }: { keeps: number; keepsMin: number }): boolean {
    const [donor, receiver] = [this.#draft.loadOf(from), this.#draft.loadOf(to)]
    const most = Math.min(donor - gainMin * this.#mean - receiver, donor - keepsMin * this.#mean)
    const best = Math.min(donor - keeps * this.#mean, this.#options.levelled * this.#mean - receiver)
    const allowed = this.#moved ? this.#left : Number.POSITIVE_INFINITY
    const helps = ({ viewers, weight }: Piece) => viewers > 0 && viewers <= allowed && weight <= most
    const choose = (pieces: Piece[]) => largestUpTo(pieces, best) ?? smallest(pieces)
    const piece =
      choose(slotsOf(this.#draft, from, to).filter(helps)) ??
      choose(partsOf(this.#draft, from, to).filter(helps))
    if (!piece) return false
    piece.give()
    this.#left -= piece.viewers
    this.#moved = true
    return true
  }

  /** Nothing more may be moved in this step. */
  get #spent(): boolean {
    return this.#moved && this.#left < 1
  }

  #ratio(node: number): number {
    return this.#draft.loadOf(node) / this.#mean
  }

  #busiest(except: ReadonlySet<number>): number {
    let [busiest, most] = [nobody, Number.NEGATIVE_INFINITY]
    for (let node = 0; node < this.#draft.urls.length; node++) {
      const load = this.#draft.loadOf(node)
      if (load > most && !except.has(node)) [busiest, most] = [node, load]
    }
    return busiest
  }
}

function largestUpTo(pieces: Piece[], weight: number): Piece | undefined {
  return pieces.reduce<Piece | undefined>(
    (best, piece) => (piece.weight <= weight && piece.weight > (best?.weight ?? 0) ? piece : best),
    undefined,
  )
}

const smallest = (pieces: Piece[]): Piece | undefined =>
  pieces.reduce<Piece | undefined>(
    (best, piece) => (piece.weight < (best?.weight ?? Infinity) ? piece : best),
    undefined,
  )
