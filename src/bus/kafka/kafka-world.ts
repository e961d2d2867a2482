import { Backoff } from '../../domain/backoff.ts'
import type { Clock, Random } from '../../domain/time.ts'
import type { BusMetrics } from '../metrics.ts'
import type { KafkaAddress } from './kafka-address.ts'
import { KafkaClients } from './kafka-clients.ts'
import { isLeaderMoving, isOffsetLost, reasonOf } from './kafka-errors.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { KafkaTopic } from './kafka-topic.ts'

export interface KafkaBusOptions {
  address: KafkaAddress
  clock: Clock
  random: Random
  /** Told of trouble each time that it happens; never of anything of a comment. */
  report: (error: Error) => void
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
  readonly report: (error: Error) => void
  readonly #brokers: string
  readonly #backoff: Backoff
  readonly #movingBackoff: Backoff
  #recovering: Promise<void> | null = null
  closed = false

  constructor(
    { address, clock, random, report, metrics }: KafkaBusOptions,
    options: KafkaOptions,
    clients = new KafkaClients(address, options),
  ) {
    this.options = options
    this.clock = clock
    this.random = random
    this.metrics = metrics
    this.clients = clients
    this.topic = new KafkaTopic(this.clients, (delayMs) => this.pause(delayMs))
    this.report = report
    this.#backoff = new Backoff(clock, random, options.retry)
    this.#movingBackoff = new Backoff(clock, random, options.movingRetry)
    this.#brokers = address.brokers.map(({ host, port }) => `${host}:${port}`).join()
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(delayMs, resolve))
  }

  /** The brokers did what they were asked. */
  succeeded(): void {
    this.#backoff.succeeded()
    this.#movingBackoff.succeeded()
  }

  /**
   * After something failed: says so, waits, and asks the brokers anew. Resolves whether they answer or not. What fails
   * meanwhile shares the wait.
   */
  recover(error: unknown): Promise<void> {
    if (this.closed) return Promise.resolve()
    this.#recovering ??= this.#recover(error).finally(() => {
      this.#recovering = null
    })
    return this.#recovering
  }

  async #recover(error: unknown): Promise<void> {
    const moving = isLeaderMoving(error) || isOffsetLost(error)
    if (!moving) this.#tell(error)
    await this.pause(moving ? this.#movingBackoff.failed() : this.#backoff.failed())
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
    this.report(new Error(`${this.describe(error)}; trying again`))
  }
}
