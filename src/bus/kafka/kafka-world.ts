import { type Clock, jittered, type Random } from '../../domain/time.ts'
import type { BusMetrics } from '../metrics.ts'
import { Reports } from '../reports.ts'
import type { KafkaAddress } from './kafka-address.ts'
import { KafkaClients } from './kafka-clients.ts'
import { isLeaderMoving, reasonOf } from './kafka-errors.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { KafkaTopic } from './kafka-topic.ts'

export interface KafkaBusOptions {
  address: KafkaAddress
  clock: Clock
  random: Random
  /** Told of what an operator should know; never of anything of a comment. */
  report: (error: unknown) => void
  metrics: BusMetrics
}

/** What both halves of the bus share. */
export class KafkaWorld {
  readonly options: KafkaOptions
  readonly clock: Clock
  readonly random: Random
  readonly metrics: BusMetrics
  readonly clients: KafkaClients
  readonly topic: KafkaTopic
  readonly reports: Reports
  readonly #brokers: string
  closed = false

  constructor({ address, clock, random, report, metrics }: KafkaBusOptions, options: KafkaOptions) {
    this.options = options
    this.clock = clock
    this.random = random
    this.metrics = metrics
    this.clients = new KafkaClients(address, options)
    this.topic = new KafkaTopic(this.clients, (delayMs) => this.pause(delayMs))
    this.reports = new Reports(report, clock, options.reportMs)
    this.#brokers = address.brokers.map(({ host, port }) => `${host}:${port}`).join()
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(delayMs, resolve))
  }

  /** After something failed: says so, waits, and asks the brokers anew. Resolves whether they answer or not. */
  async recover(error: unknown): Promise<void> {
    if (this.closed) return
    const { retryMs, movingRetryMs } = this.options
    const moving = isLeaderMoving(error)
    if (!moving) this.#tell(error)
    await this.pause(jittered(moving ? movingRetryMs : retryMs, this.random))
    if (this.closed) return
    this.clients.forget()
    await this.topic.refresh().catch((failed) => this.#tell(failed))
  }

  /** One line for an operator. */
  describe(error: unknown): string {
    return `Kafka at ${this.#brokers}: ${reasonOf(error)}`
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.race([this.clients.close(), this.pause(this.options.waitMsMax)])
  }

  #tell(error: unknown): void {
    this.reports.tell('failing', () => `${this.describe(error)}; trying again`)
  }
}
