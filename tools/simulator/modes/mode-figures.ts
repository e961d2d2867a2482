/** How events reach the realtime nodes. */
export type Carrier = 'dispatched' | 'redis video' | 'redis partitioned' | 'redis firehose' | 'kafka'

/** Who decides on which node a viewer sits: the Dispatcher, a load balancer that hashes the LiveVideoId, nobody. */
export type Seating = 'dispatcher' | 'hash' | 'anywhere'

/** What one way of running Chorus comes to, at rest. */
export interface ModeFigures {
  carrier: Carrier
  seating: Seating
  /** Events that a realtime node receives per second. */
  eventsPerSecond: { mean: number; busiest: number }
  /** The part of the events received by nodes on which nobody watches their live video. */
  waste: number
  /** Busiest node ÷ mean, by viewers. */
  imbalance: number
  /** Nodes on which a live video has viewers, on average. */
  nodesPerLiveVideo: number
  /** Calls on the bus: as many begin as end. */
  subscribesPerSecond: number
  /** Events that the bus hands to nodes. */
  deliveriesPerSecond: number
  registryWritesPerSecond: number
}
