import { type Lease, type Member, type NodeLoad, noLoad } from '../registry.ts'
import type { Connection, Watcher } from './connection.ts'
import { Reconciler, type Surroundings } from './reconciler.ts'

/** Where a node stands: a znode that claims its URL and holds its load, and one that is listed and never changes. */
export interface Places {
  load: string
  member: string
}

export const takenError = (url: string): Error => new Error(`another node is registered as ${url}`)

/** A lease is a pair of ephemeral znodes, made anew in each new session. */
export class ZooKeeperLease implements Lease {
  readonly #surroundings: Surroundings
  readonly #url: string
  readonly #places: Places
  readonly #reconciler: Reconciler
  readonly #gone: () => void
  readonly #joined = Promise.withResolvers<void>()
  #load: NodeLoad = noLoad
  /** The session in which it is registered. */
  #registeredIn: number | null = null
  #isTaken = false
  #hasLeft = false

  /** @param gone called once nothing of it is left in the registry */
  constructor(surroundings: Surroundings, { url }: Member, places: Places, gone: () => void) {
    this.#surroundings = surroundings
    this.#url = url
    this.#places = places
    this.#gone = gone
    this.#reconciler = new Reconciler(surroundings, 0, (...args) => this.#reconcile(...args))
  }

  get held(): boolean {
    const { generation, alive } = this.#surroundings.session
    return !this.#hasLeft && this.#registeredIn === generation && alive
  }

  /**
   * Resolves when it is held, or later will be because the registry is away.
   * @throws Error when it took two session timeouts: a node that crashed is gone by then
   */
  async join(): Promise<void> {
    const { session } = this.#surroundings
    if (!session.connected) return
    await Promise.race([this.#joined.promise, session.wait(2 * session.timeoutMs)])
    if (this.#registeredIn !== null || (!session.connected && !this.#isTaken)) return
    await this.leave()
    throw this.#isTaken ? takenError(this.#url) : new Error(`could not be registered as ${this.#url} in time`)
  }

  async report(load: NodeLoad): Promise<void> {
    this.#load = load
    if (!this.held) return
    if (await this.#surroundings.session.connection.set(this.#places.load, encode(load), null)) return
    // Someone removed it by hand.
    this.#registeredIn = null
    await this.#reconciler.run()
  }

  async leave(): Promise<void> {
    this.#hasLeft = true
    await this.#reconciler.run()
  }

  async #reconcile(connection: Connection, changed: Watcher): Promise<void> {
    if (this.#hasLeft) return this.#remove(connection)
    const { generation } = this.#surroundings.session
    if (this.#registeredIn === generation) return
    const taken = await this.#claim(connection)
    if (taken === null) {
      this.#isTaken = false
      this.#registeredIn = generation
      this.#joined.resolve()
      return
    }
    this.#complainLater()
    if (!(await connection.exists(taken, changed))) await this.#reconcile(connection, changed)
  }

  /** @returns the place that somebody else has; null when both are its own */
  async #claim(connection: Connection): Promise<string | null> {
    const { load, member } = this.#places
    const isOurs = async (path: string, data: Buffer) =>
      (await connection.create(path, data, 'EPHEMERAL')) !== null || connection.owns(path)
    if (!(await isOurs(load, encode(this.#load)))) return load
    if (!(await isOurs(member, Buffer.alloc(0)))) return member
    return null
  }

  async #remove(connection: Connection): Promise<void> {
    for (const path of [this.#places.member, this.#places.load])
      if (await connection.owns(path)) await connection.remove(path)
    this.#reconciler.stop()
    this.#gone()
  }

  /** What is in the way is most often one's own past, which ends with its session. */
  #complainLater(): void {
    const { session, clock, report } = this.#surroundings
    if (this.#isTaken) return
    this.#isTaken = true
    clock.after(2 * session.timeoutMs, () => {
      if (this.#isTaken && !this.#hasLeft && !session.isClosed) report(takenError(this.#url))
    })
  }
}

const encode = (load: NodeLoad): Buffer => Buffer.from(JSON.stringify(load))
