import type { BackoffOptions } from '../../domain/backoff.ts'
import type { Clock, Random } from '../../domain/time.ts'
import type { BusMetrics } from '../metrics.ts'
import type { makeClient } from './make-client.ts'
import type { RedisTarget } from './redis-url.ts'

/** The bounds and paces of a node's connections to Redis. */
export interface RedisBusOptions {
  /** How often a connection is asked for a sign of life; one that gives none until the next time is given up. */
  pingMs: number
  /** From the beginning of a connection to its being of use. */
  connectMs: number
  /** Waits before connecting again. */
  reconnect: BackoffOptions
  /** Wait before asking again for what a server refused. */
  retryMs: number
  /** How often a cluster is asked who has which slots, when nothing hints at a change. */
  topologyMs: number
  /** Waits before it is asked after a hint, or when no server has answered. */
  hinted: BackoffOptions
  /** Bytes that wait for one server or for its answers; what is over is dropped, oldest first. */
  unsentBytesMax: number
  /** Of these, bytes handed to the connection and not yet answered. */
  inFlightBytesMax: number
  /** Channels in one call. */
  channelsPerCall: number
  /** How long a closing bus waits for what it has published last. */
  closeMs: number
}

export const defaultRedisBusOptions: RedisBusOptions = Object.freeze({
  pingMs: 2_000,
  connectMs: 5_000,
  reconnect: { firstMs: 100, maxMs: 2_000, settledMs: 2_000 },
  retryMs: 1_000,
  topologyMs: 10_000,
  hinted: { firstMs: 50, maxMs: 1_000, settledMs: 2_000 },
  unsentBytesMax: 16_777_216,
  inFlightBytesMax: 4_194_304,
  channelsPerCall: 1_000,
  closeMs: 1_000,
})

/** What the connections of one bus stand on. */
export interface RedisWorld {
  target: RedisTarget
  clock: Clock
  random: Random
  metrics: BusMetrics
  /** Told of trouble each time that it happens. */
  report: (error: Error) => void
  options: RedisBusOptions
  makeClient: typeof makeClient
}
