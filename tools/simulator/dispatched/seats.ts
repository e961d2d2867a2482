import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import type { Assignment } from '../../../src/placement/assignment.ts'
import { slotCount, slotOf } from '../../../src/placement/slots.ts'
import { assumptions } from '../assumptions.ts'
import { type Audience, commentsOf } from '../world/audience.ts'
import { Leavings } from './leavings.ts'
import { SharedSeats } from './shared-seats.ts'

export const nobody = -1

/** What an assignment moved. */
export interface Moved {
  slots: number
  /** Those whose former node is alive: the others had lost theirs already. */
  viewers: number
}

/** Where all viewers sit: by slot and node, and by node for each spread live video. Nodes are numbers. */
export class Seats {
  /** By slot, spread live videos left out. */
  readonly viewers = new Float64Array(slotCount)
  readonly commentsPerSecond = new Float64Array(slotCount)
  readonly owners = new Int32Array(slotCount).fill(nobody)
  readonly shared = new Map<LiveVideoId, SharedSeats>()
  readonly leavings = new Leavings()
  readonly audience: Audience
  readonly #largeMin: number
  /** Live videos that a node may have to name in its report. */
  readonly #large = new Set<number>()
  readonly #sharedByVideo = new Map<number, SharedSeats>()
  /** By slot: who lost a node and has not found another yet. */
  readonly #lost = new Float64Array(slotCount)
  readonly #dead = new Set<number>()

  constructor(audience: Audience, largeMin: number) {
    this.audience = audience
    this.#largeMin = largeMin
    for (let video = 0; video < audience.count; video++) this.#change(video, 0, audience.viewersOf(video))
    audience.onChange = (video, viewers) => this.#change(video, audience.viewersOf(video), viewers)
    audience.onEnd = (video) => this.#detach(video)
  }

  /** Viewers of a slot who sit on its node. */
  seated(slot: number): number {
    if (!this.#alive(this.owners[slot] ?? nobody)) return 0
    const elsewhere = (this.#lost[slot] ?? 0) + this.leavings.viewersOf(slot)
    return Math.max(0, (this.viewers[slot] ?? 0) - elsewhere)
  }

  /** Large live videos that are not spread. */
  *large(): Iterable<{ video: number; liveVideoId: LiveVideoId; slot: number; viewers: number }> {
    const { audience } = this
    for (const video of this.#large) {
      if (this.#sharedByVideo.has(video)) continue
      const [liveVideoId, slot] = [audience.idOf(video), audience.slots[video] ?? 0]
      yield { video, liveVideoId, slot, viewers: audience.viewersOf(video) }
    }
  }

  /** Begins to move everybody to where an assignment wants them. */
  apply({ nodes, slots, spread }: Assignment, nodeOf: (url: string) => number): Moved {
    const moved = { slots: 0, viewers: 0 }
    const indexes = nodes.map(nodeOf)
    for (const [slot, index] of slots.entries()) this.#moveSlot(slot, indexes[index] ?? nobody, moved)
    const wanted = new Map(
      Object.entries(spread).map(([id, some]) => [id, some.map((index) => indexes[index] ?? nobody)]),
    )
    for (const liveVideoId of this.shared.keys()) if (!wanted.has(liveVideoId)) this.#unshare(liveVideoId)
    for (const [liveVideoId, some] of wanted) moved.viewers += this.#share(liveVideoId, some)
    return moved
  }

  /** The node is gone, and its viewers with it. */
  lose(node: number): void {
    for (let slot = 0; slot < slotCount; slot++)
      if (this.owners[slot] === node) this.#lost[slot] = (this.#lost[slot] ?? 0) + this.seated(slot)
    for (const { slot, viewers } of this.leavings.lose(node))
      this.#lost[slot] = (this.#lost[slot] ?? 0) + viewers
    for (const shared of this.shared.values()) shared.lose(node)
    this.#dead.add(node)
  }

  /** One second. */
  tick(nodeCount: number): void {
    this.leavings.tick()
    this.#admit(nodeCount)
    for (const shared of this.shared.values())
      shared.tick(shared.video === null ? 0 : this.audience.viewersOf(shared.video))
  }

  /** Whoever lost a node comes to the next one, as fast as that can take them beside those who come anyway. */
  #admit(nodeCount: number): void {
    const waiting = new Float64Array(nodeCount)
    for (const [slot, lost] of this.#lost.entries()) {
      const owner = this.owners[slot] ?? nobody
      if (lost > 0 && this.#alive(owner)) waiting[owner] = (waiting[owner] ?? 0) + lost
    }
    for (const [slot, lost] of this.#lost.entries()) {
      const owner = this.owners[slot] ?? nobody
      if (lost === 0 || !this.#alive(owner)) continue
      const part = Math.min(1, assumptions.connectsPerSecondPerNode / 2 / (waiting[owner] ?? 1))
      this.#lost[slot] = lost * (1 - part)
    }
  }

  #alive(node: number): boolean {
    return node !== nobody && !this.#dead.has(node)
  }

  #moveSlot(slot: number, to: number, moved: Moved): void {
    const from = this.owners[slot] ?? nobody
    if (from === to) return
    const viewers = this.seated(slot)
    if (from !== nobody) moved.slots++
    moved.viewers += viewers
    if (this.#alive(from)) this.leavings.add({ slot, shared: null, from, to, viewers })
    this.owners[slot] = to
  }

  #share(liveVideoId: LiveVideoId, nodes: number[]): number {
    const shared = this.shared.get(liveVideoId) ?? this.#beginShared(liveVideoId)
    if (shared.nodes.length === nodes.length && nodes.every((node) => shared.nodes.includes(node))) return 0
    let viewers = 0
    for (const node of shared.spreadOver(nodes)) {
      viewers += shared.seats.get(node) ?? 0
      this.leavings.add({ slot: null, shared, from: node, to: nobody, viewers: 0 })
    }
    return viewers
  }

  /** All of its viewers sit on its slot's node at first. */
  #beginShared(liveVideoId: LiveVideoId): SharedSeats {
    const slot = slotOf(liveVideoId)
    const [found] = [...this.large()].filter((one) => one.liveVideoId === liveVideoId)
    const shared = new SharedSeats(liveVideoId, found?.video ?? null)
    shared.seats.set(this.owners[slot] ?? nobody, found?.viewers ?? 0)
    if (found) {
      this.#countIn(slot, found.viewers, -1)
      this.#sharedByVideo.set(found.video, shared)
    }
    this.shared.set(liveVideoId, shared)
    return shared
  }

  /** What does not sit on its slot's node moves there. */
  #unshare(liveVideoId: LiveVideoId): void {
    const slot = slotOf(liveVideoId)
    const shared = this.shared.get(liveVideoId)
    this.shared.delete(liveVideoId)
    const to = this.owners[slot] ?? nobody
    if (shared?.video == null) return
    this.#sharedByVideo.delete(shared.video)
    this.#countIn(slot, this.audience.viewersOf(shared.video), 1)
    for (const [from, viewers] of shared.seats)
      if (from !== to) this.leavings.add({ slot, shared: null, from, to, viewers })
  }

  #change(video: number, before: number, viewers: number): void {
    if (viewers >= this.#largeMin) this.#large.add(video)
    else if (before >= this.#largeMin) this.#large.delete(video)
    if (this.#sharedByVideo.has(video)) return
    const slot = this.audience.slots[video] ?? 0
    this.#countIn(slot, before, -1)
    this.#countIn(slot, viewers, 1)
  }

  /** The live video has ended: what is spread is spread on for nobody until the Dispatcher notices. */
  #detach(video: number): void {
    const shared = this.#sharedByVideo.get(video)
    if (shared) shared.video = null
    this.#sharedByVideo.delete(video)
  }

  #countIn(slot: number, viewers: number, sign: 1 | -1): void {
    this.viewers[slot] = (this.viewers[slot] ?? 0) + sign * viewers
    this.commentsPerSecond[slot] = (this.commentsPerSecond[slot] ?? 0) + sign * commentsOf(viewers)
  }
}
