import { type Cancel, type Clock, every, jittered, type Random } from '../../domain/time.ts'
import { Connection, type SessionKey } from './connection.ts'
import { SessionExpired, Unreachable } from './errors.ts'

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
  report: (error: unknown) => void
}

const handshakeMsMin = 1_000
const retryMs = 100
const retryMsMax = 2_000
/** Of the session's length: how long nothing may have been heard before we ask, and how long the answer may then take. */
const [quietShareMax, silentShareMax] = [1 / 4, 5 / 12]
/** Over how long the clients of a server that died spread as they turn to the others. */
const reconnectSpreadMs = 200

/**
 * Keeps a session with ZooKeeper over a succession of connections, and begins another when it has expired. Knows by its
 * own clock how long the session must still be alive, because a client that is cut off is not told of its expiry.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #connectedListeners = new Set<() => void>()
  readonly #lapsedListeners = new Set<() => void>()
  readonly #closed = Promise.withResolvers<void>()
  #isClosed = false
  #timeoutMs: number
  #generation = 0
  #key: SessionKey | null = null
  /** The one that is in use. */
  #connection: Connection | null = null
  /** `heardMs` of earlier connections. */
  #heardMs = Number.NEGATIVE_INFINITY
  #wasAlive = false
  #nextHost: number
  #lastError = new Unreachable('no answer yet')
  #cancelLapse: Cancel = () => {}
  /** The clock's timers alone do not keep a process, which must not end because ZooKeeper is away. */
  readonly #stay = setInterval(() => {}, 2 ** 30)

  constructor(options: SessionOptions) {
    this.#options = options
    this.#timeoutMs = options.sessionTimeoutMs
    this.#nextHost = Math.floor(options.random() * options.hosts.length)
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
    return this.#options.clock.elapsed() < this.#aliveUntilMs
  }

  get timeoutMs(): number {
    return this.#timeoutMs
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

  /** @throws Unreachable when there is no connection after `msMax` */
  async opened(msMax: number): Promise<void> {
    const { clock, hosts } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const forget = this.onConnected(resolve)
    const cancel = clock.after(msMax, () => reject(new Unreachable(this.#lastError.reason, hosts.join())))
    await promise.finally(() => {
      forget()
      cancel()
    })
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
    this.#release()
    this.#heardMs = Number.NEGATIVE_INFINITY
    this.#checkLapse()
    this.#closed.resolve()
    this.#connectedListeners.clear()
    this.#lapsedListeners.clear()
    clearInterval(this.#stay)
    await connection?.closeSession()
  }

  get #aliveUntilMs(): number {
    return Math.max(this.#heardMs, this.#connection?.heardMs ?? this.#heardMs) + this.#timeoutMs
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#isClosed; ) {
      try {
        await this.#serve(await this.#connect(failures))
        failures = 0
        await this.wait(this.#options.random() * reconnectSpreadMs)
      } catch (error) {
        if (error instanceof SessionExpired) this.#expired(error)
        else await this.#failed(error, ++failures)
      }
    }
  }

  /** Every server once, then again after a growing pause. */
  async #failed(error: unknown, failures: number): Promise<void> {
    const { hosts, random } = this.#options
    this.#lastError = error instanceof Unreachable ? error : new Unreachable(String(error))
    const rounds = failures / hosts.length
    if (Number.isInteger(rounds))
      await this.wait(jittered(Math.min(retryMs * 2 ** (rounds - 1), retryMsMax), random))
  }

  #connect(failures: number): Promise<Connection> {
    const { hosts, clock } = this.#options
    const server = hosts[this.#nextHost++ % hosts.length] ?? ''
    // Short, so that the others can be tried while the session lives; longer when all of them seem slow.
    const handshakeMs = Math.max(this.#timeoutMs / (3 * hosts.length), handshakeMsMin)
    const handshakeMsMax = Math.round(
      Math.min(handshakeMs * 2 ** Math.floor(failures / hosts.length), handshakeMs + this.#timeoutMs),
    )
    // Servers that lost what they knew never reach what we have seen: then only the session counts, and they end it.
    const isLongAgo = clock.elapsed() - this.#heardMs > 2 * this.#timeoutMs
    const key = this.#key && { ...this.#key, zxid: isLongAgo ? null : this.#key.zxid }
    const { sessionTimeoutMs } = this.#options
    return Connection.open({ server, sessionTimeoutMs, key, handshakeMsMax, clock })
  }

  /** Resolves when the connection is over. */
  async #serve(connection: Connection): Promise<void> {
    if (!this.#key) this.#generation++
    this.#key = connection.key
    this.#timeoutMs = connection.sessionTimeoutMs
    const stopBeats = this.#keepAlive(connection)
    try {
      await this.#makePaths(connection)
      await connection.remove(this.#options.nowhere)
      if (this.#isClosed) return await connection.closeSession()
      this.#use(connection)
      await connection.ended
    } finally {
      stopBeats()
      connection.drop('given up')
      this.#key = connection.key
      if (this.#connection === connection) this.#release()
    }
  }

  #use(connection: Connection): void {
    this.#connection = connection
    this.#wasAlive = true
    this.#checkLapse()
    for (const listener of this.#connectedListeners) listener()
  }

  /** A process that was held up for long counted itself out, and finds that the session was kept. */
  #revive(connection: Connection): void {
    if (connection === this.#connection && !this.#wasAlive && this.alive) this.#use(connection)
  }

  #release(): void {
    if (!this.#connection) return
    this.#heardMs = Math.max(this.#heardMs, this.#connection.heardMs)
    this.#lastError = this.#connection.endedBy ?? this.#lastError
    this.#connection = null
  }

  async #makePaths(connection: Connection): Promise<void> {
    for (const path of this.#options.paths)
      if (!(await connection.exists(path))) await connection.create(path, Buffer.alloc(0), 'PERSISTENT')
  }

  /**
   * Sees to it that the servers hear of us, and lets go of one that has fallen silent: TCP would wait for minutes. To
   * remove what is not there changes nothing, and yet takes a majority of the servers.
   */
  #keepAlive(connection: Connection): Cancel {
    const { clock, nowhere } = this.#options
    const beganMs = clock.elapsed()
    let askedMs: number | null = null
    const answered = () => {
      askedMs = null
      this.#revive(connection)
    }
    const check = () => {
      const nowMs = clock.elapsed()
      const silentMs = nowMs - Math.max(beganMs, connection.heardMs)
      if (askedMs !== null) {
        if (nowMs - askedMs >= this.#timeoutMs * silentShareMax)
          connection.drop(`silent for ${Math.round(silentMs)} ms`)
      } else if (silentMs >= this.#timeoutMs * quietShareMax) {
        askedMs = nowMs
        connection.remove(nowhere).then(answered, ignore)
      }
    }
    // After the I/O that waits already: a process that was held up has answers to read first.
    return every(
      clock,
      () => this.#timeoutMs / 12,
      () => clock.after(0, check),
    )
  }

  #expired(error: SessionExpired): void {
    this.#key = null
    this.#heardMs = Number.NEGATIVE_INFINITY
    this.#lastError = new Unreachable(error.message)
    this.#checkLapse()
  }

  #checkLapse(): void {
    this.#cancelLapse()
    const { clock, report } = this.#options
    if (this.alive) {
      this.#cancelLapse = clock.after(Math.ceil(this.#aliveUntilMs - clock.elapsed()), () =>
        this.#checkLapse(),
      )
    } else if (this.#wasAlive) {
      this.#wasAlive = false
      if (!this.#isClosed)
        report(new Error(`out of touch with ZooKeeper for too long: ${this.#lastError.reason}`))
      for (const listener of this.#lapsedListeners) listener()
    }
  }
}

const ignore = () => {}
