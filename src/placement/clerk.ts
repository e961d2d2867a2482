import type { LiveVideoId } from '../domain/live-video.ts'
import type { Cancel, Clock, Random } from '../domain/time.ts'
import type { Assignment } from './assignment.ts'
import { noSpreadLoads, type SpreadLoads } from './spread-loads.ts'
import { View } from './view.ts'

/**
 * For how long after a move events still go to the node that a live video left, which keeps serving it while its viewers
 * move away.
 */
const moveMs = 15_000
/** Assignments remembered for that; the oldest goes first when they change faster than that. */
const leftMax = 16

/**
 * Answers where a live video is served, from memory: the last assignment that it was told of. With the registry and every
 * dispatcher away it goes on answering. (The name and the idea: Slicer, Adya et al., OSDI 2016.)
 */
export class Clerk {
  readonly #clock: Clock
  readonly #random: Random
  readonly #listeners = new Set<() => void>()
  #view: View | null = null
  #left: { view: View; until: number }[] = []
  #loads: SpreadLoads = noSpreadLoads
  /** Viewers sent to a node since its load was last told. */
  #sent = new Map<string, number>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Null before the first. */
  get assignment(): Assignment | null {
    return this.#view?.assignment ?? null
  }

  /** Takes an assignment if it is newer than what is known. */
  accept(assignment: Assignment): void {
    if (assignment.generation <= (this.assignment?.generation ?? -1)) return
    if (this.#view) this.#leave(this.#view)
    this.#view = new View(assignment)
    this.#tellChange()
  }

  acceptLoads(loads: SpreadLoads): void {
    this.#loads = loads
    this.#sent = new Map()
    this.#tellChange()
  }

  /** Calls `listener` after each change of the assignment, and whenever the loads of what is spread are told. */
  onChange(listener: () => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** URLs of the nodes that serve a live video; none before the first assignment. */
  nodesOf(liveVideoId: LiveVideoId): readonly string[] {
    return this.#view?.nodesOf(liveVideoId) ?? []
  }

  /** Where the events of a live video are to go: its nodes, and for some seconds after a move the ones that it left. */
  receiversOf(liveVideoId: LiveVideoId): readonly string[] {
    const nodes = this.nodesOf(liveVideoId)
    if (this.#left.length === 0) return nodes
    const now = this.#clock.elapsed()
    this.#left = this.#left.filter(({ until }) => until > now)
    const left = this.#left.flatMap(({ view }) => view.nodesOf(liveVideoId))
    return left.every((url) => nodes.includes(url)) ? nodes : [...new Set([...nodes, ...left])]
  }

  /** Where a viewer goes: of a spread live video to the less loaded of two nodes picked at random. Null: not known. */
  pick(liveVideoId: LiveVideoId): string | null {
    const nodes = this.nodesOf(liveVideoId)
    const url = nodes.length > 1 ? this.#lessLoaded(nodes) : (nodes[0] ?? null)
    if (url !== null && nodes.length > 1) this.#sent.set(url, (this.#sent.get(url) ?? 0) + 1)
    return url
  }

  /** The viewers of a live video that a node should have at most: all of them, none, or its part of a spread one. */
  shareOf(url: string, liveVideoId: LiveVideoId): number {
    const nodes = this.nodesOf(liveVideoId)
    if (!this.#view || (nodes.length === 1 && nodes[0] === url)) return Number.POSITIVE_INFINITY
    if (!nodes.includes(url)) return 0
    const viewers = this.#loads.liveVideos.get(liveVideoId)
    if (viewers === undefined || !this.#isBusy(url, nodes)) return Number.POSITIVE_INFINITY
    return Math.ceil((viewers / nodes.length) * unevenness)
  }

  /** Whether a live video is served by several nodes. */
  isSpread(liveVideoId: LiveVideoId): boolean {
    return this.nodesOf(liveVideoId).length > 1
  }

  /** Viewers of a spread live video on all its nodes, as last told; 0 for any other. */
  viewersOf(liveVideoId: LiveVideoId): number {
    return this.#loads.liveVideos.get(liveVideoId) ?? 0
  }

  #tellChange(): void {
    for (const listener of this.#listeners) listener()
  }

  #leave(view: View): void {
    this.#left.push({ view, until: this.#clock.elapsed() + moveMs })
    if (this.#left.length > leftMax) this.#left.shift()
  }

  /** The power of two choices (Mitzenmacher 2001): nearly as even as asking all, without the herd. */
  #lessLoaded(nodes: readonly string[]): string {
    const first = Math.floor(this.#random() * nodes.length)
    const second = (first + 1 + Math.floor(this.#random() * (nodes.length - 1))) % nodes.length
    const [one = '', other = ''] = [nodes[first], nodes[second]]
    return this.#loadOf(other) < this.#loadOf(one) ? other : one
  }

  /** Whether it carries more than the mean of them: whom one that does not sent away would be sent back to it. */
  #isBusy(url: string, nodes: readonly string[]): boolean {
    const told = (node: string) => this.#loads.nodes.get(node) ?? 0
    return told(url) * nodes.length > nodes.reduce((sum, node) => sum + told(node), 0)
  }

  #loadOf(url: string): number {
    return (this.#loads.nodes.get(url) ?? 0) + (this.#sent.get(url) ?? 0)
  }
}

/** A node sheds viewers of a spread live video only when it has this much more than its part: they come and go anyway. */
const unevenness = 1.3
