import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import { defaultRealtimeOptions } from '../../../src/realtime/options.ts'
import { assumptions } from '../assumptions.ts'

const moveSeconds = defaultRealtimeOptions.moveMs / 1_000
/** As the clerk has it: a node sheds viewers of a spread live video when it has this much more than its part. */
const unevenness = 1.3
/** Of the viewers whose node was lost, how many find another one within a second. */
const returningPerSecond = 0.5

/** Where the viewers of one spread live video sit. */
export class SharedSeats {
  readonly liveVideoId: LiveVideoId
  /** Null when it has ended. */
  video: number | null
  /** By node: those that share it, and those that it is leaving. */
  readonly seats = new Map<number, number>()
  nodes: readonly number[] = []
  #leaving = new Map<number, number>()
  #lost = 0

  constructor(liveVideoId: LiveVideoId, video: number | null) {
    this.liveVideoId = liveVideoId
    this.video = video
  }

  /** Returns the nodes that it leaves. */
  spreadOver(nodes: readonly number[]): number[] {
    this.nodes = nodes
    const left = [...this.seats.keys()].filter((node) => !nodes.includes(node))
    for (const node of nodes) this.#leaving.delete(node)
    for (const node of left) this.#leaving.set(node, (this.seats.get(node) ?? 0) / moveSeconds)
    for (const node of nodes) this.seats.set(node, this.seats.get(node) ?? 0)
    return left
  }

  lose(node: number): void {
    this.#lost += this.seats.get(node) ?? 0
    this.#leaving.delete(node)
    this.seats.delete(node)
  }

  /** One second: some leave and others come, and whoever sits too many or in the wrong place is moved. */
  tick(viewers: number): void {
    const part = viewers / this.nodes.length
    for (const node of this.nodes) {
      const seated = this.seats.get(node)
      if (seated === undefined) continue
      const shed = Math.max(0, seated - unevenness * part) / moveSeconds
      this.seats.set(node, seated - shed - seated / assumptions.staySeconds)
    }
    for (const [node, perSecond] of this.#leaving) this.#leave(node, perSecond)
    this.#lost *= 1 - returningPerSecond
    this.#seat(viewers - this.#lost)
  }

  #leave(node: number, perSecond: number): void {
    const left = (this.seats.get(node) ?? 0) - perSecond
    if (left > 1e-6) this.seats.set(node, left)
    else {
      this.seats.delete(node)
      this.#leaving.delete(node)
    }
  }

  /** Brings the sum to `viewers`: whoever comes is sent evenly, whoever goes has sat anywhere. */
  #seat(viewers: number): void {
    const sum = [...this.seats.values()].reduce((total, seated) => total + seated, 0)
    const living = this.nodes.filter((node) => this.seats.has(node))
    if (sum > viewers) for (const [node, seated] of this.seats) this.seats.set(node, (seated * viewers) / sum)
    else
      for (const node of living)
        this.seats.set(node, (this.seats.get(node) ?? 0) + (viewers - sum) / living.length)
  }
}
