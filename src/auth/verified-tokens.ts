import type { Clock } from '../domain/time.ts'
import type { Identity } from './identity.ts'

export interface VerifiedTokensOptions {
  /** Tokens remembered; one more and the one verified longest ago is forgotten. */
  tokensMax: number
  /** How long a signature is taken as verified: for so long a key that was withdrawn may still pass. */
  verifiedMs: number
}

const defaults: VerifiedTokensOptions = { tokensMax: 10_000, verifiedMs: 30_000 }

/**
 * Caches verified tokens so that repeat posts skip the signature check. Holds only what was good, each until it expires
 * or is due to be verified anew.
 */
export class VerifiedTokens {
  readonly #clock: Pick<Clock, 'now' | 'elapsed'>
  readonly #options: VerifiedTokensOptions
  /** In the order in which they were verified; `until` in milliseconds elapsed, which no change of the clock moves. */
  readonly #verified = new Map<string, { identity: Identity; until: number }>()

  constructor(clock: Pick<Clock, 'now' | 'elapsed'>, options: VerifiedTokensOptions = defaults) {
    this.#clock = clock
    this.#options = options
  }

  /** Null when it has to be verified. */
  find(token: string): Identity | null {
    const found = this.#verified.get(token)
    const isGood =
      found && this.#clock.elapsed() < found.until && this.#clock.now() < found.identity.expiresAt
    return isGood ? found.identity : null
  }

  remember(token: string, identity: Identity): void {
    const { tokensMax, verifiedMs } = this.#options
    this.#verified.delete(token)
    this.#verified.set(token, { identity, until: this.#clock.elapsed() + verifiedMs })
    if (this.#verified.size <= tokensMax) return
    const [oldest] = this.#verified.keys()
    if (oldest !== undefined) this.#verified.delete(oldest)
  }
}
