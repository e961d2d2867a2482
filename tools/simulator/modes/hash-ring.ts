import { hashOf } from '../../../src/placement/hash.ts'
import { assumptions } from '../assumptions.ts'

/** A consistent hash as nginx and HAProxy have it (ketama): each node at many points of a ring. */
export class HashRing {
  readonly #points: Float64Array
  /** The node of each point. */
  readonly #nodes: Int32Array

  constructor(nodes: readonly number[]) {
    const points = nodes.flatMap((node) =>
      Array.from({ length: assumptions.ringPointsPerNode }, (_, point) => ({
        node,
        at: hashOf(`${node}#${point}`),
      })),
    )
    points.sort((a, b) => a.at - b.at || a.node - b.node)
    this.#points = Float64Array.from(points, ({ at }) => at)
    this.#nodes = Int32Array.from(points, ({ node }) => node)
  }

  /** The node of the first point from there on. */
  nodeAt(hash: number): number {
    let [low, high] = [0, this.#points.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#points[middle] ?? 0) < hash) low = middle + 1
      else high = middle
    }
    return this.#nodes[low % this.#nodes.length] ?? 0
  }
}
