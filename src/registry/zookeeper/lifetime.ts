import type { Cancel, Clock } from '../../domain/time.ts'

/**
 * Knows by the clock of this process how long a session must still be alive: a client that is cut off is not told of its
 * expiry, and one that was frozen has nobody to tell it.
 */
export class Lifetime {
  readonly #clock: Clock
  readonly #changed: (isAlive: boolean) => void
  #lengthMs: number
  #heardMs = Number.NEGATIVE_INFINITY
  #wasAlive = false
  #cancelCheck: Cancel = () => {}

  /** @param changed told of every change, of the end when it is due or soon after */
  constructor(clock: Clock, lengthMs: number, changed: (isAlive: boolean) => void) {
    this.#clock = clock
    this.#lengthMs = lengthMs
    this.#changed = changed
  }

  /** For how long the servers keep a session without hearing of it. */
  get lengthMs(): number {
    return this.#lengthMs
  }

  set lengthMs(lengthMs: number) {
    this.#lengthMs = lengthMs
    this.#check()
  }

  /** Since the servers surely heard of us; Infinity when they never did. */
  get silentMs(): number {
    return this.#clock.elapsed() - this.#heardMs
  }

  /** False before the servers can have ended the session for not having heard of us. */
  get isAlive(): boolean {
    return this.silentMs < this.#lengthMs
  }

  /** Something that was sent at `sentMs` was answered: then, or later, the servers heard of us. */
  heard(sentMs: number): void {
    this.#heardMs = Math.max(this.#heardMs, sentMs)
    this.#check()
  }

  end(): void {
    this.#heardMs = Number.NEGATIVE_INFINITY
    this.#check()
  }

  #check(): void {
    this.#cancelCheck()
    const { isAlive } = this
    if (isAlive)
      this.#cancelCheck = this.#clock.after(Math.ceil(this.#lengthMs - this.silentMs), () => this.#check())
    if (isAlive === this.#wasAlive) return
    this.#wasAlive = isAlive
    this.#changed(isAlive)
  }
}
