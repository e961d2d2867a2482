import type { LiveVideoId } from '../domain/live-video.ts'
import type { Assignment } from './assignment.ts'
import { slotOf } from './slots.ts'

/** An assignment made ready for look-ups: about a hundred nanoseconds each, nothing allocated. */
export class View {
  readonly assignment: Assignment
  /** For each node, the list that holds it alone. */
  readonly #alone: readonly string[][]
  readonly #spread: ReadonlyMap<LiveVideoId, readonly string[]>

  constructor(assignment: Assignment) {
    this.assignment = assignment
    this.#alone = assignment.nodes.map((url) => [url])
    const urls = (indexes: number[]) => indexes.flatMap((index) => assignment.nodes[index] ?? [])
    this.#spread = new Map(Object.entries(assignment.spread).map(([id, indexes]) => [id, urls(indexes)]))
  }

  /** URLs of the nodes that serve a live video: one, or several when it is spread. */
  nodesOf(liveVideoId: LiveVideoId): readonly string[] {
    const spread = this.#spread.size > 0 ? this.#spread.get(liveVideoId) : undefined
    return spread ?? this.#alone[this.assignment.slots[slotOf(liveVideoId)] ?? -1] ?? none
  }
}

const none: readonly string[] = []
