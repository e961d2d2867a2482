import type { Cluster } from '../dispatched/cluster.ts'
import { carriedBy, evenness } from '../dispatched/snapshot.ts'
import type { ModeFigures } from './mode-figures.ts'

/** The Dispatcher's cluster as it is now; its registry writes are counted over time and filled in later. */
export function dispatchedNow(cluster: Cluster): Omit<ModeFigures, 'registryWritesPerSecond'> {
  const { viewers, events, wasted } = carriedBy(cluster)
  const [received, forNobody] = [events, wasted].map((values) =>
    values.reduce((sum, value) => sum + value, 0),
  )
  const { mean, busiest } = evenness(events, cluster.living)
  const shared = [...cluster.seats.shared.values()]
  const more = shared.reduce((sum, { nodes }) => sum + nodes.length - 1, 0)
  return {
    carrier: 'dispatched',
    seating: 'dispatcher',
    eventsPerSecond: { mean, busiest },
    waste: (forNobody ?? 0) / Math.max(1, received ?? 0),
    imbalance: evenness(viewers, cluster.living).ratio,
    nodesPerLiveVideo: 1 + more / cluster.seats.audience.count,
    subscribesPerSecond: 0,
    deliveriesPerSecond: received ?? 0,
  }
}
