import { assumptions } from '../assumptions.ts'
import { evenness } from '../dispatched/snapshot.ts'
import { commentsOf } from '../world/audience.ts'
import { HashRing } from './hash-ring.ts'
import type { ModeFigures } from './mode-figures.ts'
import { subscribedPart, subscribesPerSecond } from './subscriptions.ts'
import { allComments, type Watched } from './watched.ts'

/** Viewers seated by a load balancer that hashes the LiveVideoId: where each live video is, and what each node has. */
export class Hashed {
  readonly watched: Watched
  readonly nodeOf: Int32Array
  readonly viewers: Float64Array
  readonly #comments: Float64Array
  readonly #nodes: number[]

  constructor(watched: Watched, nodeCount: number) {
    this.watched = watched
    this.#nodes = Array.from({ length: nodeCount }, (_, node) => node)
    const ring = new HashRing(this.#nodes)
    this.nodeOf = Int32Array.from(watched.hashes, (hash) => ring.nodeAt(hash))
    this.viewers = new Float64Array(nodeCount)
    this.#comments = new Float64Array(nodeCount)
    for (const [video, node] of this.nodeOf.entries()) {
      const viewers = watched.viewers[video] ?? 0
      this.viewers[node] = (this.viewers[node] ?? 0) + viewers
      this.#comments[node] = (this.#comments[node] ?? 0) + commentsOf(viewers)
    }
  }

  modes(): ModeFigures[] {
    const { redisPartitions, kafkaPartitions } = assumptions
    const all = this.#comments.map(() => allComments(this.watched))
    const each = this.watched.viewers.reduce((sum, viewers) => sum + subscribesPerSecond(viewers), 0)
    return [
      this.#mode('redis video', this.#comments, each),
      this.#mode('redis partitioned', ...this.#partitioned(redisPartitions)),
      this.#mode('redis firehose', all, 0),
      this.#mode('kafka', ...this.#partitioned(kafkaPartitions)),
    ]
  }

  /** What each node receives that subscribes to the partitions of its live videos, and how often it does. */
  #partitioned(partitions: number): [received: Float64Array, subscribesPerSecond: number] {
    const comments = new Float64Array(partitions)
    const viewers = this.#nodes.map(() => new Float64Array(partitions))
    for (const [video, node] of this.nodeOf.entries()) {
      const partition = (this.watched.hashes[video] ?? 0) % partitions
      const watching = this.watched.viewers[video] ?? 0
      comments[partition] = (comments[partition] ?? 0) + commentsOf(watching)
      const own = viewers[node]
      if (own) own[partition] = (own[partition] ?? 0) + watching
    }
    const received = (own: Float64Array) =>
      own.reduce((sum, watching, partition) => sum + subscribedPart(watching) * (comments[partition] ?? 0), 0)
    const calls = viewers.reduce(
      (sum, own) => sum + own.reduce((some, watching) => some + subscribesPerSecond(watching), 0),
      0,
    )
    return [Float64Array.from(viewers, received), calls]
  }

  #mode(carrier: ModeFigures['carrier'], received: Float64Array, subscribes: number): ModeFigures {
    const { mean, busiest } = evenness(received, this.#nodes)
    return {
      carrier,
      seating: 'hash',
      eventsPerSecond: { mean, busiest },
      waste: Math.max(0, 1 - allComments(this.watched) / (mean * this.#nodes.length)),
      imbalance: evenness(this.viewers, this.#nodes).ratio,
      nodesPerLiveVideo: 1,
      subscribesPerSecond: subscribes,
      deliveriesPerSecond: mean * this.#nodes.length,
      registryWritesPerSecond: 0,
    }
  }
}
