import type { BackoffOptions } from '../../domain/backoff.ts'

/** The bounds and paces of a Kafka bus. */
export interface KafkaOptions {
  /** Bytes that wait while the brokers are away; what is over is dropped, oldest first. */
  outboxBytesMax: number
  /** Of one request; what waits longer than the request before it shares the next. */
  produceBytesMax: number
  /** Events of one record; the brokers refuse records above 1 MB unless told otherwise. */
  recordBytesMax: number
  /**
   * How long the broker holds a read that finds nothing. Events end it at once: it only bounds how long a partition that
   * joins the others on the same connection waits for the read that is under way.
   */
  fetchWaitMs: number
  /** Of one read, so that what piled up while a node was away comes in bites. */
  fetchBytesMax: number
  partitionFetchBytesMax: number
  connectMsMax: number
  /** A broker that has not answered for so long counts as gone. */
  requestMsMax: number
  /** Waits between two tries. */
  retry: BackoffOptions
  /** The same where a partition has only moved to another broker. */
  movingRetry: BackoffOptions
  /** Between two looks at how many partitions the topic has, before jitter. */
  topicCheckMs: number
  /** The longest that opening, subscribing or closing waits for brokers that do not answer. */
  waitMsMax: number
}

export const defaultKafkaOptions: KafkaOptions = Object.freeze({
  outboxBytesMax: 16_777_216,
  produceBytesMax: 524_288,
  recordBytesMax: 262_144,
  fetchWaitMs: 50,
  fetchBytesMax: 1_048_576,
  partitionFetchBytesMax: 262_144,
  connectMsMax: 3_000,
  requestMsMax: 5_000,
  retry: { firstMs: 500, maxMs: 2_000, settledMs: 5_000 },
  movingRetry: { firstMs: 50, maxMs: 2_000, settledMs: 5_000 },
  topicCheckMs: 60_000,
  waitMsMax: 1_000,
})
