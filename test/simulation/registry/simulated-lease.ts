import { type Lease, type Member, type NodeLoad, noLoad } from '../../../src/registry/registry.ts'
import type { RegistryLink } from './registry-link.ts'
import type { Session } from './registry-server.ts'

export const takenError = (url: string): Error => new Error(`another node is registered as ${url}`)

/** A node's place among the living, taken anew in each new session. */
export class SimulatedLease implements Lease {
  readonly #link: RegistryLink
  readonly #member: Member
  readonly #gone: () => void
  readonly #joined = Promise.withResolvers<void>()
  #load: NodeLoad = noLoad
  /** The session in which it is registered. */
  #registeredIn: Session | null = null
  #hasLeft = false
  #isGone = false

  /** @param gone called once nothing of it is left in the registry */
  constructor(link: RegistryLink, member: Member, gone: () => void) {
    this.#link = link
    this.#member = member
    this.#gone = gone
  }

  get held(): boolean {
    const { session, alive } = this.#link
    return !this.#hasLeft && this.#registeredIn !== null && this.#registeredIn === session && alive
  }

  /** @throws Error when a node that crashed would be gone by now: the URL is another one's */
  async join(): Promise<void> {
    await this.reconcile()
    if (this.#registeredIn) return
    await Promise.race([this.#joined.promise, this.#link.wait(2 * this.#link.leaseMs)])
    if (this.#registeredIn) return
    await this.leave()
    throw takenError(this.#member.url)
  }

  async report(load: NodeLoad): Promise<void> {
    this.#load = load
    if (this.held) await this.#link.call((server, session) => server.report(session, this.#member.url, load))
  }

  async leave(): Promise<void> {
    this.#hasLeft = true
    await this.reconcile()
  }

  /** To be called with each new session, and while its URL is taken whenever one becomes free. */
  async reconcile(): Promise<void> {
    const { session } = this.#link
    // What fails with its connection is done again with the next one.
    if (this.#hasLeft) await this.#remove().catch(() => {})
    else if (session && this.#registeredIn !== session) await this.#claim(session).catch(() => {})
  }

  async #claim(session: Session): Promise<void> {
    if (!(await this.#link.call((server) => server.claim(session, this.#member, this.#load)))) return
    this.#registeredIn = session
    this.#joined.resolve()
  }

  async #remove(): Promise<void> {
    if (this.#isGone) return
    await this.#link.call((server, session) => server.remove(session, this.#member.url))
    this.#isGone = true
    this.#gone()
  }
}
