/**
 * What the simulation takes for granted about people and machines. Paces and bounds of Chorus itself are not here: they
 * are taken from its own code.
 */
export const assumptions = Object.freeze({
  /** How long a viewer stays on average: as in a feed. */
  staySeconds: 30,
  /** The time between two comments of one viewer, while few watch. */
  secondsPerComment: 600,
  /** More nobody can read: slow mode. Facebook reported 111 comments a second on one live video. */
  commentsPerSecondMax: 100,
  /** How long a live video lasts on average. */
  liveVideoMinutes: 60,
  /** A new live video gets its viewers within so long, drawn evenly. */
  growthSecondsMin: 120,
  growthSecondsMax: 600,
  /** The mega live video gets all of its viewers within so long. */
  megaGrowthSeconds: 60,
  /** New streams that a node can open. */
  connectsPerSecondPerNode: 10_000,
  /** Requests for a stream that a gateway can answer, and how many nodes there are to one gateway. */
  connectsPerSecondPerGateway: 40_000,
  nodesPerGateway: 5,
  /** The registry's lease: `sessionTimeoutMs` of CHORUS_REGISTRY. */
  leaseSeconds: 3,
  /** From the end of a lease until every clerk has the next assignment. */
  assignmentSeconds: 0.25,
  /** How often a node reports its load. */
  reportSeconds: 2,
  /** Channels of `redis://…?mode=partitioned`, and partitions of the Kafka topic: the defaults of both. */
  redisPartitions: 128,
  kafkaPartitions: 64,
  /** Points of each node on the ring of nginx (`hash … consistent`, ketama). */
  ringPointsPerNode: 160,
  /** What one Redis was seen to deliver. */
  redisDeliveriesPerSecond: 650_000,
})
