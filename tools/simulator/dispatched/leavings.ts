import { defaultRealtimeOptions } from '../../../src/realtime/options.ts'
import type { SharedSeats } from './shared-seats.ts'

const moveSeconds = defaultRealtimeOptions.moveMs / 1_000
/** For how long events still go to a node that was left: the clerk's `moveMs`. */
const receivesOnSeconds = 15

/** A slot or a part of a spread live video that has moved away from a node. */
interface Leaving {
  slot: number | null
  shared: SharedSeats | null
  from: number
  to: number
  /** Who sat there when it moved. */
  viewers: number
  seconds: number
}

/** What nodes still serve, or are still sent events for, although it has moved away from them. */
export class Leavings {
  #all: Leaving[] = []
  #bySlot = new Map<number, number>()

  add(leaving: Omit<Leaving, 'seconds'>): void {
    // Who is moved back while leaving just stays.
    this.#all = this.#all.filter(
      ({ slot, from }) => slot === null || slot !== leaving.slot || from !== leaving.to,
    )
    this.#all.push({ ...leaving, seconds: 0 })
    this.#sum()
  }

  tick(): void {
    for (const leaving of this.#all) leaving.seconds++
    this.#all = this.#all.filter(({ seconds }) => seconds < receivesOnSeconds)
    this.#sum()
  }

  /** Forgets what a node still had, and says whom it served of which slot. */
  lose(node: number): { slot: number; viewers: number }[] {
    const lost = [...this.seats()].filter(({ from }) => from === node)
    this.#all = this.#all.filter(({ from }) => from !== node)
    this.#sum()
    return lost
  }

  /** Viewers of a slot who still sit where it was. */
  viewersOf(slot: number): number {
    return this.#bySlot.get(slot) ?? 0
  }

  *seats(): Iterable<{ slot: number; from: number; viewers: number }> {
    for (const leaving of this.#all)
      if (leaving.slot !== null && leaving.viewers > 0)
        yield { slot: leaving.slot, from: leaving.from, viewers: leaving.viewers * staying(leaving) }
  }

  /** Nodes that are sent the events of what they have left, and which part of them finds nobody there. */
  *receivers(): Iterable<{
    slot: number | null
    shared: SharedSeats | null
    from: number
    forNobody: number
  }> {
    for (const leaving of this.#all) yield { ...leaving, forNobody: 1 - staying(leaving) }
  }

  #sum(): void {
    this.#bySlot = new Map()
    for (const { slot, viewers } of this.seats())
      this.#bySlot.set(slot, (this.#bySlot.get(slot) ?? 0) + viewers)
  }
}

/** They leave evenly over the time that a move takes. */
const staying = ({ seconds }: Leaving): number => Math.max(0, 1 - seconds / moveSeconds)
