import { backoffMs } from '../../domain/backoff.ts'
import type { Clock, Random } from '../../domain/time.ts'

const handshakeMsMin = 1_000
const pauseMs = 100
/** Of the session's length: who comes back late finds it expired. */
const pauseShareMax = 1 / 4
/** Over how long the clients of a server that died spread as they turn to the others. */
const spreadMs = 200

/** The servers one after the other, again and again until one of them answers; round after round with more patience. */
export class Attempts {
  readonly #servers: string[]
  readonly #clock: Pick<Clock, 'elapsed'>
  readonly #random: Random
  #next: number
  #failures = 0
  #succeededAt = 0

  constructor(servers: string[], clock: Pick<Clock, 'elapsed'>, random: Random) {
    this.#servers = servers
    this.#clock = clock
    this.#random = random
    this.#next = Math.floor(random() * servers.length)
  }

  nextServer(): string {
    return this.#servers[this.#next++ % this.#servers.length] ?? ''
  }

  /** Short, so that the others can be tried while the session lives; longer when all of them seem slow. */
  handshakeMsMax(sessionMs: number): number {
    const { length } = this.#servers
    const handshakeMs = Math.max(sessionMs / (3 * length), handshakeMsMin)
    return Math.round(
      Math.min(handshakeMs * 2 ** Math.floor(this.#failures / length), handshakeMs + sessionMs),
    )
  }

  succeeded(): void {
    this.#succeededAt = this.#clock.elapsed()
  }

  /** A connection that was in use is over. @returns how long to wait; one that ended soon is like one that failed */
  ended(sessionMs: number): number {
    const spread = Math.round(spreadMs * this.#random())
    if (this.#clock.elapsed() - this.#succeededAt < sessionMs) return this.failed(sessionMs) + spread
    this.#failures = 0
    return spread
  }

  /** @returns how long to wait: not at all until every server was tried */
  failed(sessionMs: number): number {
    const rounds = ++this.#failures / this.#servers.length
    if (!Number.isInteger(rounds)) return 0
    return backoffMs(rounds - 1, { firstMs: pauseMs, maxMs: sessionMs * pauseShareMax }, this.#random)
  }
}
