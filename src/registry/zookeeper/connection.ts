import { type Client, Exception, CreateMode as Modes, type Stat } from 'node-zookeeper-client'
import type { Clock } from '../../domain/time.ts'
import { SessionExpired, Unreachable } from './errors.ts'
import { type OneConnectionClient, oneConnectionClient, type SessionKey } from './library.ts'

export interface ConnectionOptions {
  /** host:port */
  server: string
  sessionTimeoutMs: number
  /** Null begins a session. */
  key: SessionKey | null
  handshakeMsMax: number
  clock: Clock
  /**
   * Told when a change was sent that was answered: then, or later, the servers knew that the session lives. An answer to a
   * mere read shows nothing: a server that is cut off from the others goes on giving them for a while.
   */
  heard: (sentMs: number) => void
}

/** So many may wait for an answer; more would be told of their timeout only. */
const pendingMax = 5_000
const closeMsMax = 1_000

/** Called once, at the next change of what was read. */
export type Watcher = () => void

export interface Found {
  data: Buffer
  version: number
}

/** One TCP connection to one ZooKeeper server: what is under way on it fails with it, and it never comes back. */
export class Connection {
  readonly #library: OneConnectionClient
  readonly #client: Client
  readonly #clock: Clock
  readonly #heard: (sentMs: number) => void
  readonly #pending = new Set<(error: Error) => void>()
  readonly #ended = Promise.withResolvers<void>()
  #endedBy: Unreachable | null = null

  /** @throws SessionExpired; @throws Unreachable */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(options)
    await connection.#handshake(options.handshakeMsMax)
    return connection
  }

  private constructor({ server, sessionTimeoutMs, key, clock, heard }: ConnectionOptions) {
    this.#library = oneConnectionClient(server, sessionTimeoutMs, key, (reason) => this.drop(reason))
    this.#client = this.#library.client
    this.#clock = clock
    this.#heard = heard
  }

  /** Resolves when it is over; whatever was under way has failed then. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get isOpen(): boolean {
    return this.#endedBy === null
  }

  /** Why it is over. */
  get endedBy(): Unreachable | null {
    return this.#endedBy
  }

  get key(): SessionKey {
    return this.#library.key()
  }

  /** What the server granted. */
  get sessionTimeoutMs(): number {
    return this.#client.getSessionTimeout()
  }

  async exists(path: string, watcher?: Watcher): Promise<boolean> {
    return (await this.#stat(path, watcher)) !== null
  }

  /** Whether it is there and ends with this session. */
  async owns(path: string): Promise<boolean> {
    return (await this.#stat(path))?.ephemeralOwner.equals(this.#client.getSessionId()) ?? false
  }

  #stat(path: string, watcher?: Watcher): Promise<Stat | null> {
    return this.#call<Stat | null>((done) =>
      watcher ? this.#client.exists(path, watcher, done) : this.#client.exists(path, done),
    )
  }

  children(path: string, watcher?: Watcher): Promise<string[]> {
    return this.#call<string[]>((done) =>
      watcher ? this.#client.getChildren(path, watcher, done) : this.#client.getChildren(path, done),
    )
  }

  /** Null when there is no such node; the watcher then watches nothing. */
  data(path: string, watcher?: Watcher): Promise<Found | null> {
    const found = this.#call<Found>((done) => {
      const callback = (error: Failure, data: Buffer | undefined, stat: Stat) =>
        done(error, error ? undefined : { data: data ?? Buffer.alloc(0), version: stat.version })
      if (watcher) this.#client.getData(path, watcher, callback)
      else this.#client.getData(path, callback)
    })
    return unless(found, [Exception.NO_NODE], null)
  }

  /** @returns its path, which has a number at its end with a sequential mode; null when there is one already */
  create(path: string, data: Buffer, mode: CreateMode): Promise<string | null> {
    const created = this.#change<string>((done) =>
      this.#client.create(path, data, Modes[mode], (error, actual) => done(error, actual)),
    )
    return unless(created, [Exception.NODE_EXISTS], null)
  }

  /** @param version null: whatever it is @returns false when it is another, or there is no such node */
  set(path: string, data: Buffer, version: number | null): Promise<boolean> {
    const set = this.#change<boolean>((done) =>
      this.#client.setData(path, data, version ?? -1, (error) => done(error, true)),
    )
    return unless(set, [Exception.BAD_VERSION, Exception.NO_NODE], false)
  }

  /** Does nothing when there is no such node. */
  async remove(path: string): Promise<void> {
    const removed = this.#change<void>((done) => this.#client.remove(path, (error) => done(error, undefined)))
    await unless(removed, [Exception.NO_NODE], undefined)
  }

  /** Ends the session, and with it at once all that is ephemeral. Never fails: at worst the session ends by itself. */
  async closeSession(): Promise<void> {
    const cancel = this.#clock.after(closeMsMax, () =>
      this.drop('ZooKeeper did not confirm the end of the session'),
    )
    this.#client.close()
    await this.ended
    cancel()
  }

  /** Lets go of the connection; the session goes on. */
  drop(reason: string): void {
    if (this.#endedBy) return
    this.#endedBy = new Unreachable(reason)
    this.#library.destroy()
    for (const reject of this.#pending) reject(this.#endedBy)
    this.#pending.clear()
    this.#ended.resolve()
  }

  async #handshake(msMax: number): Promise<void> {
    const answered = Promise.withResolvers<void>()
    this.#pending.add(answered.reject)
    this.#client.once('connected', answered.resolve)
    this.#client.once('expired', () => {
      answered.reject(new SessionExpired())
      this.drop('the session has expired')
    })
    const cancel = this.#clock.after(msMax, () => this.drop(`no answer in ${msMax} ms`))
    this.#client.connect()
    await answered.promise.finally(cancel)
    this.#pending.delete(answered.reject)
  }

  #change<T>(start: Start<T>): Promise<T> {
    const sentMs = this.#clock.elapsed()
    return this.#call(start, () => this.#heard(sentMs))
  }

  /** @param answered called when there is an answer, be it a refusal */
  async #call<T>(start: Start<T>, answered = () => {}): Promise<T> {
    if (this.#endedBy) throw this.#endedBy
    if (this.#pending.size >= pendingMax) throw new Error('too much waits for ZooKeeper')
    return new Promise<T>((resolve, reject) => {
      this.#pending.add(reject)
      start((error, result) => {
        if (!this.#pending.delete(reject)) return
        answered()
        if (error) reject(error)
        else resolve(result as T)
      })
    })
  }
}

type CreateMode = 'PERSISTENT' | 'EPHEMERAL' | 'EPHEMERAL_SEQUENTIAL'
type Failure = Error | Exception | null
type Start<T> = (done: (error: Failure, result: T | undefined) => void) => void

/** Turns answers that are no failures here into a value. */
async function unless<T, V>(result: Promise<T>, codes: number[], value: V): Promise<T | V> {
  try {
    return await result
  } catch (error) {
    if (error instanceof Exception && codes.includes(error.code)) return value
    throw error
  }
}
