import { ChorusError } from '../../domain/errors.ts'
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

/** A few connections, made when there is work for them and made anew when they broke. */
export class Connections {
  readonly #make: () => Connection
  readonly #answerMsMax: number
  readonly #turns: Turns
  readonly #idle: Connection[] = []
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  constructor(make: () => Connection, { atOnceMax, waitingMax, answerMsMax }: ConnectionsOptions) {
    this.#make = make
    this.#answerMsMax = answerMsMax
    this.#turns = new Turns(atOnceMax, waitingMax)
  }

  /** @throws ChorusError `store_unavailable`, whatever went wrong, or `overloaded` */
  run<T>(work: Work<T>): Promise<T> {
    if (this.#closed) return Promise.reject(unavailable(new Error('the store is closed')))
    const until = performance.now() + this.#answerMsMax
    const running = this.#turns.take(() => this.#run(work, until - performance.now()))
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
      return await connection.run(work, leftMs)
    } catch (error) {
      throw unavailable(error)
    } finally {
      if (connection.usable) this.#idle.push(connection)
    }
  }

  #take(): Connection {
    // The one used last is the one that is warm. Some broke while nobody used them.
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.usable) return idle
    return this.#make()
  }
}

/** The cause is put in words: the library's own error holds what was to be stored, and causes are logged. */
const unavailable = (error: unknown) =>
  new ChorusError('store_unavailable', null, retryAfterMs, new Error(inWords(error)))
