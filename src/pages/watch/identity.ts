import type { TokenSource } from '../../sdk/index.ts'
import {
  type Failure,
  failureFrom,
  networkFailure,
  type Role,
  readToken,
  type TokenContent,
} from '../../sdk/index.ts'
import type { TextStorage } from '../shared/browser-storage.ts'

/** Who is commenting, as far as the page knows. */
export type IdentityState =
  /** Nobody yet: a name will do. */
  | { kind: 'guest'; name: string | null }
  | { kind: 'signedIn'; by: 'name' | 'platform'; content: TokenContent }
  /** The server takes no guests. `expired`: there was a token from the platform, and its time is over. */
  | { kind: 'signInNeeded'; expired: boolean }

interface IdentityNeeds {
  /** Where to remember the guest's name and token. */
  guests: TextStorage
  /** Where to remember the platform's token: for this tab only. */
  platform: TextStorage
  role: Role
  fetch: (url: string, init: RequestInit) => Promise<Response>
  now: () => number
}

const nameKey = 'chorus.name'
const guestTokenKey = 'chorus.token'
const platformTokenKey = 'chorus.platform-token'
/** A token about to expire is not worth sending. */
const spareMs = 10_000

export const nameCharactersMax = 50

/** Holds the person's token: handed in by the platform, or got for a name from a server in demo mode. */
export class Identity implements TokenSource {
  readonly #needs: IdentityNeeds
  readonly #listeners = new Set<() => void>()
  #token: string | null = null
  #state: IdentityState = { kind: 'guest', name: null }
  #asking: Promise<Failure | null> | null = null
  #offer: { token: string; content: TokenContent } | null = null

  /** @param handedIn the token that stood in the address when the page was loaded */
  constructor(needs: IdentityNeeds, handedIn: string | null) {
    this.#needs = needs
    this.#recall()
    if (handedIn !== null) this.#consider(handedIn)
  }

  get state(): IdentityState {
    return this.#state
  }

  /** The role that the token gives. */
  get role(): Role {
    return this.#state.kind === 'signedIn' ? this.#state.content.role : 'viewer'
  }

  get authorId(): string | null {
    return this.#state.kind === 'signedIn' ? this.#state.content.author.id : null
  }

  subscribe(listen: () => void): () => void {
    this.#listeners.add(listen)
    return () => this.#listeners.delete(listen)
  }

  /** The identity in the address while another person is signed in; null: there is nothing to ask. */
  get offer(): TokenContent | null {
    return this.#offer?.content ?? null
  }

  answerOffer(take: boolean): void {
    const offer = this.#offer
    this.#offer = null
    if (offer && take) this.#signIn(offer.token, offer.content)
    else this.#become(this.#state)
  }

  async current(): Promise<string | null> {
    const state = this.#state
    if (state.kind === 'signInNeeded') return null
    if (state.kind === 'signedIn' && (state.by === 'platform' || this.#hasTime(state.content)))
      return this.#token
    return this.renew()
  }

  async renew(): Promise<string | null> {
    const state = this.#state
    if (state.kind === 'signedIn' && state.by === 'platform') return this.#expire()
    const name = this.#name()
    if (name === null) return null
    return (await this.#ask(name)) === null ? this.#token : null
  }

  /** Comments under this name from now on. Only for guests. */
  async rename(name: string): Promise<Failure | null> {
    const failure = await this.#ask(name)
    if (failure === null) this.#needs.guests.write(nameKey, name)
    return failure
  }

  /**
   * Any site can make a link with a token of its own in it. The page takes it when no one, or the same
   * person, is signed in; otherwise it asks first.
   */
  #consider(token: string): void {
    const content = readToken(token)
    const isHere = this.#state.kind === 'signedIn' && this.#state.content.expiresAt > this.#needs.now()
    if (!content) return isHere ? undefined : this.#become({ kind: 'signInNeeded', expired: false })
    if (!isHere || content.author.id === this.authorId) return this.#signIn(token, content)
    this.#offer = { token, content }
  }

  #signIn(token: string, content: TokenContent): void {
    this.#needs.platform.write(platformTokenKey, token)
    this.#token = token
    this.#become({ kind: 'signedIn', by: 'platform', content })
  }

  #recall(): void {
    const { platform, guests } = this.#needs
    const token = platform.read(platformTokenKey)
    const content = token ? readToken(token) : null
    if (token && content) {
      this.#token = token
      this.#state = { kind: 'signedIn', by: 'platform', content }
    } else this.#recallGuest(guests.read(guestTokenKey))
  }

  #recallGuest(token: string | null): void {
    const { guests, role } = this.#needs
    const content = token ? readToken(token) : null
    if (token && content && this.#hasTime(content) && content.role === role) {
      this.#token = token
      this.#state = { kind: 'signedIn', by: 'name', content }
    } else this.#state = { kind: 'guest', name: guests.read(nameKey) }
  }

  /** By this device's clock, which may be wrong: a platform's token is for the server alone to refuse. */
  #hasTime({ expiresAt }: TokenContent): boolean {
    return expiresAt - spareMs > this.#needs.now()
  }

  #name(): string | null {
    return this.#state.kind === 'guest' ? this.#state.name : this.#needs.guests.read(nameKey)
  }

  /** One request at a time: who asks meanwhile gets the same answer. */
  async #ask(name: string): Promise<Failure | null> {
    this.#asking ??= this.#askForToken(name).finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #askForToken(name: string): Promise<Failure | null> {
    const { role } = this.#needs
    const answer = await this.#post('/v1/demo/tokens', { name, ...(role !== 'viewer' && { role }) })
    if (!answer.ok) {
      if (answer.failure.code === 'not_found') this.#become({ kind: 'signInNeeded', expired: false })
      return answer.failure
    }
    const content = readToken(answer.token)
    if (!content) return networkFailure
    this.#token = answer.token
    this.#needs.guests.write(guestTokenKey, answer.token)
    this.#become({ kind: 'signedIn', by: 'name', content })
    return null
  }

  async #post(
    url: string,
    body: unknown,
  ): Promise<{ ok: true; token: string } | { ok: false; failure: Failure }> {
    try {
      const headers = { 'Content-Type': 'application/json' }
      const init = {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      }
      const response = await this.#needs.fetch(url, init)
      const answer = (await response.json().catch(() => null)) as { token?: unknown } | null
      if (response.ok && typeof answer?.token === 'string') return { ok: true, token: answer.token }
      return { ok: false, failure: failureFrom(response.status, answer, response.headers.get('Retry-After')) }
    } catch {
      return { ok: false, failure: networkFailure }
    }
  }

  #expire(): null {
    this.#token = null
    this.#needs.platform.write(platformTokenKey, null)
    this.#become({ kind: 'signInNeeded', expired: true })
    return null
  }

  #become(state: IdentityState): void {
    this.#state = state
    for (const listen of this.#listeners) listen()
  }
}
