import { Backoff, type BackoffOptions } from '../../domain/backoff.ts'
import { ChorusError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time.ts'
import { Turns } from '../../domain/turns.ts'
import type { Connection, Work } from './connection.ts'
import { inWords } from './errors.ts'

export interface ConnectionsOptions {
  /** Connections, and so pieces of work at a time. */
  atOnceMax: number
  /** Pieces of work that wait for a connection; beyond it they are refused at once. */
  waitingMax: number
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
  readonly #turns: Turns
  readonly #idle: ConnectionLike[] = []
  readonly #running = new Set<Promise<unknown>>()
  #refusal: { error: unknown; until: number } | null = null
  #closed = false

  constructor(
    make: () => ConnectionLike,
    { atOnceMax, waitingMax, answerMsMax }: ConnectionsOptions,
    clock: Pick<Clock, 'elapsed'> = performanceClock,
  ) {
    this.#make = make
    this.#clock = clock
    this.#backoff = new Backoff(clock, Math.random, reconnect)
    this.#answerMsMax = answerMsMax
    this.#turns = new Turns(atOnceMax, waitingMax)
  }

  /** @throws ChorusError `store_unavailable`, whatever went wrong, or `overloaded` */
  run<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(unavailable(new Error('the store is closed')))
    const until = this.#clock.elapsed() + this.#answerMsMax
    const running = this.#turns.take(() => this.#run(work, until - this.#clock.elapsed()))
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

  async #run<T>(work: Work<T>, leftMs: number): Promise<T> {
    if (leftMs <= 0) throw unavailable(new Error('no connection became free in time'))
    const connection = this.#take()
    try {
      const result = await connection.run(work, leftMs)
      this.#backoff.succeeded()
      return result
    } catch (error) {
      if (!connection.wasOpen) this.#rest(error)
      throw unavailable(error)
    } finally {
      if (connection.usable) this.#idle.push(connection)
    }
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
