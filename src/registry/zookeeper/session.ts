import type { Cancel, Clock, Random } from '../../domain/time.ts'
import { Attempts } from './attempts.ts'
import { Connection } from './connection.ts'
import { SessionExpired, Unreachable } from './errors.ts'
import { keepAlive } from './heartbeat.ts'
import type { SessionKey } from './library.ts'
import { Lifetime } from './lifetime.ts'

export interface SessionOptions {
  /** host:port each */
  hosts: string[]
  /** Persistent nodes that must be there, parents first. */
  paths: string[]
  /** Where there is never anything. */
  nowhere: string
  /** As asked for; the server may grant another. */
  sessionTimeoutMs: number
  clock: Clock
  random: Random
  /** Told of trouble each time that it happens. */
  report: (error: unknown) => void
  /** Replaced in tests. */
  open?: typeof Connection.open
}

/**
 * Keeps a session with ZooKeeper over a succession of connections, and begins another when it has expired.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #attempts: Attempts
  readonly #lifetime: Lifetime
  readonly #connectedListeners = new Set<() => void>()
  readonly #lapsedListeners = new Set<() => void>()
  readonly #closed = Promise.withResolvers<void>()
  #isClosed = false
  #generation = 0
  #key: SessionKey | null = null
  /** The one that is in use. */
  #connection: Connection | null = null
  #lastError = new Unreachable('no answer yet')
  /** The clock's timers alone do not keep a process, which must not end because ZooKeeper is away. */
  readonly #stay = setInterval(() => {}, 2 ** 30)

  constructor(options: SessionOptions) {
    this.#options = options
    this.#attempts = new Attempts(options.hosts, options.clock, options.random)
    this.#lifetime = new Lifetime(options.clock, options.sessionTimeoutMs, (isAlive) => this.#turned(isAlive))
    this.#run()
  }

  /** One more with each session that begins: what was ephemeral in an earlier one is gone, or about to go. */
  get generation(): number {
    return this.#generation
  }

  get connected(): boolean {
    return this.#connection !== null && this.alive
  }

  /** False before the servers can have ended the session for not having heard of us. */
  get alive(): boolean {
    return this.#lifetime.isAlive
  }

  /** For how long the servers keep it without hearing of us. */
  get timeoutMs(): number {
    return this.#lifetime.lengthMs
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get current(): Connection | null {
    return this.#connection
  }

  /** @throws Unreachable at once while there is none: nothing waits for better times */
  get connection(): Connection {
    if (this.#isClosed) throw new Error('the registry is closed')
    if (!this.#connection) throw this.#lastError
    return this.#connection
  }

  /** Resolves when there is a connection, or after `msMax`. */
  async opened(msMax: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = this.onConnected(resolve)
    await Promise.race([promise, this.wait(msMax)])
    forget()
  }

  /** Told with every new connection, also when the session went on (watches must be set anew), and when it is alive after all. */
  onConnected(listener: () => void): Cancel {
    this.#connectedListeners.add(listener)
    return () => this.#connectedListeners.delete(listener)
  }

  /** Told when `alive` turns false. */
  onLapsed(listener: () => void): Cancel {
    this.#lapsedListeners.add(listener)
    return () => this.#lapsedListeners.delete(listener)
  }

  /** Resolves after `ms`, sooner when the session is closed. */
  async wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#options.clock.after(ms, resolve)
    await Promise.race([promise, this.#closed.promise])
    cancel()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    const connection = this.#connection
    this.#isClosed = true
    this.#connection = null
    this.#connectedListeners.clear()
    this.#lapsedListeners.clear()
    this.#lifetime.end()
    this.#closed.resolve()
    clearInterval(this.#stay)
    await connection?.closeSession()
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#serve(await this.#connect())
        await this.wait(this.#attempts.ended(this.timeoutMs))
      } catch (error) {
        if (error instanceof SessionExpired) this.#expired(error)
        else this.#lastError = error instanceof Unreachable ? error : new Unreachable(String(error))
        const waitMs = this.#attempts.failed(this.timeoutMs)
        if (waitMs > 0 && !this.alive) this.#tellAway()
        await this.wait(waitMs)
      }
    }
  }

  #connect(): Promise<Connection> {
    const { clock, sessionTimeoutMs, open = Connection.open } = this.#options
    // Servers that lost what they knew never reach what we have seen: then only the session counts, and they end it.
    const isLongAgo = this.#lifetime.silentMs > 2 * this.timeoutMs
    return open({
      server: this.#attempts.nextServer(),
      sessionTimeoutMs,
      key: this.#key && { ...this.#key, zxid: isLongAgo ? null : this.#key.zxid },
      handshakeMsMax: this.#attempts.handshakeMsMax(this.timeoutMs),
      clock,
      heard: (sentMs) => this.#lifetime.heard(sentMs),
    })
  }

  /** Resolves when the connection is over. */
  async #serve(connection: Connection): Promise<void> {
    const { nowhere, clock } = this.#options
    if (!this.#key) this.#generation++
    this.#key = connection.key
    this.#lifetime.lengthMs = connection.sessionTimeoutMs
    const stopBeats = keepAlive(connection, this.#lifetime, nowhere, clock)
    try {
      await this.#makePaths(connection)
      if (this.#isClosed) return await connection.closeSession()
      this.#use(connection)
      await connection.ended
    } finally {
      stopBeats()
      connection.drop('given up')
      this.#key = connection.key
      this.#release(connection)
    }
  }

  /** The first heartbeat went before: once these are there, it was answered. */
  async #makePaths(connection: Connection): Promise<void> {
    for (const path of this.#options.paths)
      if (!(await connection.exists(path))) await connection.create(path, Buffer.alloc(0), 'PERSISTENT')
  }

  #use(connection: Connection): void {
    this.#attempts.succeeded()
    this.#connection = connection
    this.#tellConnected()
  }

  #release(connection: Connection): void {
    if (this.#connection !== connection) return
    this.#connection = null
    this.#lastError = connection.endedBy ?? this.#lastError
  }

  #expired(error: SessionExpired): void {
    this.#key = null
    this.#lastError = new Unreachable(error.message)
    this.#lifetime.end()
  }

  #turned(isAlive: boolean): void {
    // A process that was held up for long counted itself out, and finds that the session was kept.
    if (isAlive) return this.#tellConnected()
    this.#tellAway()
    for (const listener of this.#lapsedListeners) listener()
  }

  #tellAway(): void {
    if (this.#isClosed) return
    const { hosts, report } = this.#options
    const { message } = new Unreachable(this.#lastError.reason, hosts.join())
    report(new Error(`${message}; trying again, and going on with what is known`))
  }

  #tellConnected(): void {
    if (this.#connection) for (const listener of this.#connectedListeners) listener()
  }
}
