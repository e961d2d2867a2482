import { assumptions } from '../assumptions.ts'
import { evenness } from '../dispatched/snapshot.ts'
import type { SeededRandom } from '../random.ts'
import { commentsOf } from '../world/audience.ts'
import type { ModeFigures } from './mode-figures.ts'
import { subscribedPart, subscribesPerSecond, watchedPart } from './subscriptions.ts'
import { allComments, type Watched } from './watched.ts'

/** Viewers who sit on any node, by expectation: each live video has its viewers evenly on all nodes. */
export function anywhere(watched: Watched, nodeCount: number, random: SeededRandom): ModeFigures[] {
  const { redisPartitions, kafkaPartitions } = assumptions
  const all = allComments(watched)
  let [wanted, received, subscribes, nodes] = [0, 0, 0, 0]
  for (const viewers of watched.viewers) {
    const [here, comments] = [viewers / nodeCount, commentsOf(viewers)]
    // Whoever comments watches: some node always has a viewer.
    wanted += comments * Math.max(1, nodeCount * watchedPart(here))
    received += comments * Math.max(1, nodeCount * subscribedPart(here))
    subscribes += nodeCount * subscribesPerSecond(here)
    nodes += viewers > 0 ? Math.max(1, nodeCount * watchedPart(here)) : 0
  }
  const imbalance = sampledImbalance(watched, nodeCount, random)
  const mode = (
    carrier: ModeFigures['carrier'],
    receivedByAll: number,
    subscribesPerSecond: number,
  ): ModeFigures => ({
    carrier,
    seating: 'anywhere',
    eventsPerSecond: { mean: receivedByAll / nodeCount, busiest: receivedByAll / nodeCount },
    waste: Math.max(0, 1 - wanted / receivedByAll),
    imbalance,
    nodesPerLiveVideo: nodes / watched.viewers.length,
    subscribesPerSecond,
    deliveriesPerSecond: receivedByAll,
    registryWritesPerSecond: 0,
  })
  return [
    mode('redis video', received, subscribes),
    mode('redis partitioned', ...partitioned(watched, nodeCount, redisPartitions)),
    mode('redis firehose', all * nodeCount, 0),
    mode('kafka', ...partitioned(watched, nodeCount, kafkaPartitions)),
  ]
}

function partitioned(watched: Watched, nodeCount: number, partitions: number): [number, number] {
  const [comments, viewers] = [new Float64Array(partitions), new Float64Array(partitions)]
  for (const [video, watching] of watched.viewers.entries()) {
    const partition = (watched.hashes[video] ?? 0) % partitions
    comments[partition] = (comments[partition] ?? 0) + commentsOf(watching)
    viewers[partition] = (viewers[partition] ?? 0) + watching
  }
  let [received, subscribes] = [0, 0]
  for (const [partition, watching] of viewers.entries()) {
    received += nodeCount * subscribedPart(watching / nodeCount) * (comments[partition] ?? 0)
    subscribes += nodeCount * subscribesPerSecond(watching / nodeCount)
  }
  return [received, subscribes]
}

function sampledImbalance({ viewers }: Watched, nodeCount: number, random: SeededRandom): number {
  const mean = viewers.reduce((sum, count) => sum + count, 0) / nodeCount
  const nodes = Array.from({ length: nodeCount }, (_, node) => node)
  return evenness(
    Float64Array.from(nodes, () => random.count(mean)),
    nodes,
  ).ratio
}
