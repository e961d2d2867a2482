import { Backoff, type BackoffOptions } from '../../domain/backoff.ts'
import {
  type Asker,
  ConcurrencyLimit,
  type ConcurrencyOptions,
  ownWork,
} from '../../domain/concurrency-limit.ts'
import { ChorusError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time.ts'
import type { Connection, Work } from './connection.ts'
import { inWords } from './errors.ts'

export interface ConnectionsOptions extends ConcurrencyOptions {
  /** How long a piece of work may take, waiting for its turn and connecting included. */
  answerMsMax: number
}

const retryAfterMs = 1_000
const reconnect: BackoffOptions = { firstMs: 25, maxMs: 500, settledMs: 1_000 }

const performanceClock = { elapsed: () => performance.now() }

/**
 * A few connections, made when there is work for them and made anew when they broke. When the server refuses a connection,
 * what comes within a moment is refused with the same reason instead of asking it again.
 */
export class Connections {
  readonly #make: () => ConnectionLike
  readonly #clock: Pick<Clock, 'elapsed'>
  readonly #backoff: Backoff
  readonly #answerMsMax: number
  readonly #limit: ConcurrencyLimit
  readonly #idle: ConnectionLike[] = []
  readonly #running = new Set<Promise<unknown>>()
  #refusal: { error: unknown; until: number } | null = null
  /** When work failed last. */
  #failedAt = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(
    make: () => ConnectionLike,
    { answerMsMax, ...options }: ConnectionsOptions,
    clock: Pick<Clock, 'elapsed'> = performanceClock,
  ) {
    this.#make = make
    this.#clock = clock
    this.#backoff = new Backoff(clock, Math.random, reconnect)
    this.#answerMsMax = answerMsMax
    this.#limit = new ConcurrencyLimit(options)
  }

  /** @throws ChorusError `store_unavailable`, whatever went wrong, `overloaded` or `too_many_requests` */
  run<T>(work: Work<T>, asker: Asker = ownWork): Promise<T> {
    if (this.#closed) return Promise.reject(unavailable(new Error('the store is closed')))
    const since = this.#clock.elapsed()
    const running = this.#limit.run(asker, () => this.#run(work, since))
    this.#running.add(running)
    const done = () => this.#running.delete(running)
    running.then(done, done)
    return running
  }

  /** Finishes what runs. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#running)
    for (const connection of this.#idle) connection.end()
  }

  async #run<T>(work: Work<T>, since: number): Promise<T> {
    const leftMs = since + this.#answerMsMax - this.#clock.elapsed()
    if (leftMs <= 0) throw this.#late(since)
    const connection = this.#take()
    try {
      const result = await connection.run(work, leftMs)
      this.#backoff.succeeded()
      return result
    } catch (error) {
      this.#failedAt = this.#clock.elapsed()
      if (!connection.wasOpen) this.#rest(error)
      throw unavailable(error)
    } finally {
      if (connection.usable) this.#idle.push(connection)
    }
  }

  /** It waited too long for a connection: because of the server, or because there is too much to do. */
  #late(since: number): ChorusError {
    if (this.#failedAt < since) return new ChorusError('overloaded', null, retryAfterMs)
    return unavailable(new Error('no connection became free in time'))
  }

  /** @throws ChorusError when the server has just refused a connection */
  #take(): ConnectionLike {
    // The one used last is the one that is warm. Some broke while nobody used them.
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.usable) return idle
    if (this.#refusal && this.#clock.elapsed() < this.#refusal.until) throw unavailable(this.#refusal.error)
    return this.#make()
  }

  #rest(error: unknown): void {
    // Several connections that were refused at once are one failure.
    if (this.#refusal && this.#clock.elapsed() < this.#refusal.until) return
    this.#refusal = { error, until: this.#clock.elapsed() + this.#backoff.failed() }
  }
}

type ConnectionLike = Pick<Connection, 'run' | 'usable' | 'wasOpen' | 'end'>

/** The cause is put in words: the library's own error holds what was to be stored, and causes are logged. */
const unavailable = (error: unknown) =>
  new ChorusError('store_unavailable', null, retryAfterMs, new Error(inWords(error)))
