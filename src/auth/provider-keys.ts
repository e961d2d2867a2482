import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../domain/time.ts'

export interface ProviderKeysOptions {
  /** From this age on the keys are fetched anew in the background, while tokens are still checked with them. */
  refreshMs: number
  /** Keys of this age or older are fetched anew before a token is checked. */
  freshMs: number
  /** While the provider does not answer, its last keys are used until they have this age. */
  staleMs: number
  /** No fetch begins sooner after the one before: neither after a failure nor for a key that is not known. */
  pauseMs: number
}

export const defaultProviderKeysOptions: ProviderKeysOptions = Object.freeze({
  refreshMs: 20_000,
  freshMs: 30_000,
  staleMs: 300_000,
  pauseMs: 5_000,
})

export interface ProviderKeysDeps {
  clock: Pick<Clock, 'elapsed'>
  /** Told once for each time that the keys cannot be had, until they can. */
  report: (error: unknown) => void
  options?: ProviderKeysOptions
}

/**
 * The public keys of an identity provider (a JWKS). A key that was withdrawn is forgotten within `freshMs`; a provider
 * that is away for less than `staleMs` is not noticed by anyone. jose fetches and reads the keys, and when is decided here.
 */
export class ProviderKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>
  readonly #deps: ProviderKeysDeps
  readonly #options: ProviderKeysOptions
  #fetching: Promise<void> | null = null
  /** When the keys that are held were asked for, in milliseconds of the clock. */
  #fetchedAt = Number.NEGATIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  /** What the last fetch failed with; null when it did not. */
  #failure: { error: unknown } | null = null

  constructor(url: string, deps: ProviderKeysDeps) {
    this.#deps = deps
    this.#options = deps.options ?? defaultProviderKeysOptions
    const never = Number.POSITIVE_INFINITY
    this.#keys = createRemoteJWKSet(new URL(url), { cacheMaxAge: never, cooldownDuration: never })
  }

  /** The key that a token is signed with. @throws JOSEError, or what the fetch failed with when no keys can be used */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    await this.#prepare()
    try {
      return await this.#keys(header, token)
    } catch (error) {
      // The provider may have begun to sign with a new one.
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#isPausing()) throw error
      await this.#fetch()
      return this.#keys(header, token)
    }
  }

  async #prepare(): Promise<void> {
    const { refreshMs, freshMs } = this.#options
    if (this.#age() < refreshMs) return
    const fetched = this.#isPausing() ? Promise.resolve() : this.#fetch().catch(() => {})
    if (this.#age() < freshMs) return
    // While the provider is away one request waits for it, and those within the pause do not.
    if (this.#failure === null || !this.#isUsable()) await fetched
    if (this.#failure !== null && !this.#isUsable()) throw this.#failure.error
  }

  #fetch(): Promise<void> {
    const begun = this.#deps.clock.elapsed()
    this.#fetching ??= this.#keys
      .reload()
      .then(
        () => this.#onFetched(begun),
        (error) => this.#onFailure(error),
      )
      .finally(() => {
        this.#fetching = null
        this.#triedAt = this.#deps.clock.elapsed()
      })
    return this.#fetching
  }

  #onFetched(begun: number): void {
    this.#fetchedAt = begun
    this.#failure = null
  }

  #onFailure(error: unknown): never {
    if (this.#failure === null) this.#deps.report(error)
    this.#failure = { error }
    throw error
  }

  readonly #age = (): number => this.#deps.clock.elapsed() - this.#fetchedAt

  readonly #isUsable = (): boolean => this.#age() < this.#options.staleMs

  readonly #isPausing = (): boolean =>
    this.#fetching === null && this.#deps.clock.elapsed() - this.#triedAt < this.#options.pauseMs
}
