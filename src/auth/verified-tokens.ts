import type { Clock } from '../domain/time.ts'
import type { Identity } from './identity.ts'

export interface VerifiedTokensOptions {
  /** Tokens remembered; one more and the one verified longest ago is forgotten. */
  tokensMax: number
  /** How long a signature is taken as verified: for so long a key that was withdrawn may still pass. */
  verifiedMs: number
}

const defaults: VerifiedTokensOptions = { tokensMax: 10_000, verifiedMs: 60_000 }

/**
 * Whom tokens were verified to be of, so that an author who posts again costs no second check of a signature. Holds
 * only what was good, each until it expires or is due to be verified anew.
 */
export class VerifiedTokens {
  readonly #clock: Pick<Clock, 'now'>
  readonly #options: VerifiedTokensOptions
  /** In the order in which they were verified. */
  readonly #verified = new Map<string, { identity: Identity; until: number }>()

  constructor(clock: Pick<Clock, 'now'>, options: VerifiedTokensOptions = defaults) {
    this.#clock = clock
    this.#options = options
  }

  /** Null when it has to be verified. */
  find(token: string): Identity | null {
    const found = this.#verified.get(token)
    return found && this.#clock.now() < found.until ? found.identity : null
  }

  remember(token: string, identity: Identity): void {
    const { tokensMax, verifiedMs } = this.#options
    this.#verified.delete(token)
    this.#verified.set(token, {
      identity,
      until: Math.min(this.#clock.now() + verifiedMs, identity.expiresAt),
    })
    if (this.#verified.size <= tokensMax) return
    const [oldest] = this.#verified.keys()
    if (oldest !== undefined) this.#verified.delete(oldest)
  }
}
