import { jittered, type Random } from '../../domain/time.ts'

const handshakeMsMin = 1_000
const pauseMs = 100
/** Of the session's length: who comes back late finds it expired. */
const pauseShareMax = 1 / 4

/** The servers one after the other, again and again until one of them answers; round after round with more patience. */
export class Attempts {
  readonly #servers: string[]
  readonly #random: Random
  #next: number
  #failures = 0

  constructor(servers: string[], random: Random) {
    this.#servers = servers
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
    this.#failures = 0
  }

  /** @returns how long to wait: not at all until every server was tried */
  failed(sessionMs: number): number {
    const rounds = ++this.#failures / this.#servers.length
    if (!Number.isInteger(rounds)) return 0
    return jittered(Math.min(pauseMs * 2 ** (rounds - 1), sessionMs * pauseShareMax), this.#random)
  }
}
