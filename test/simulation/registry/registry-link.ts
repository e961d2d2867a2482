import type { Clock } from '../../../src/domain/time.ts'
import type { NodeProcess } from '../node-process.ts'
import type { SeededRandom } from '../random.ts'
import type { RegistryServer, Session } from './registry-server.ts'
import type { RegistryWeather } from './weather.ts'

export interface RegistryLinkParts {
  server: RegistryServer
  process: NodeProcess
  /** Of the world: what is on its way waits for no process. */
  clock: Clock
  random: SeededRandom
  weather: RegistryWeather
}

export interface RegistryLinkEvents {
  /** It is there, or there again. */
  connected(): void
  /** By its own clock, this node counts as gone. */
  lapsed(): void
}

/** The registry does not answer: a trouble of this world. */
export class RegistryAway extends Error {}

/** One node's connection to the registry, and the session behind it that outlives short troubles. */
export class RegistryLink {
  readonly leaseMs: number
  connected = false
  session: Session | null = null
  readonly #parts: RegistryLinkParts
  readonly #events: RegistryLinkEvents
  readonly #latencyMs: number
  readonly #opened = Promise.withResolvers<void>()
  readonly #updated = (): void => this.#update()
  /** Each connection is another one: what was under way on the last one is lost. */
  #connection = 0
  readonly #pending = new Set<(error: Error) => void>()
  /** It may be cut for several reasons. */
  #cuts = 0
  #closed = false
  #broken = true
  #wasHeard = false
  #silentSince = Number.POSITIVE_INFINITY

  constructor(parts: RegistryLinkParts, events: RegistryLinkEvents) {
    const { server, process, random, weather } = parts
    this.#parts = parts
    this.#events = events
    this.leaseMs = server.leaseMs
    this.#latencyMs = random.between(0, weather.latencyMsMax)
    server.onTurn.add(this.#updated)
    process.onTurn(this.#updated)
    this.#update()
  }

  /** Resolves when it is there for the first time. */
  get opened(): Promise<void> {
    return this.#opened.promise
  }

  /** False when this node has to count itself out, as far as it can know. */
  get alive(): boolean {
    const { clock } = this.#parts.process
    return !this.#closed && this.session !== null && clock.elapsed() < this.#silentSince + this.leaseMs
  }

  cut(): void {
    this.#cuts++
    this.#update()
  }

  heal(): void {
    this.#cuts--
    this.#update()
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.process.network.after(ms, resolve))
  }

  /**
   * Has something done at the server.
   * @param forAnyone whether a server that is not strict does it for a session that is over
   */
  call<T>(work: (server: RegistryServer, session: Session) => T, forAnyone = false): Promise<T> {
    const { connected, session } = this
    if (!connected || !session) return Promise.reject(new RegistryAway('not connected'))
    const { server, clock, weather } = this.#parts
    return new Promise((resolve, reject) => {
      this.#pending.add(reject)
      const answer = (settle: () => void) =>
        this.receive(() => {
          this.#pending.delete(reject)
          settle()
        })
      clock.after(this.#latencyMs, () => {
        if (!this.#isReachable()) return
        if (session.ended && !(forAnyone && weather.writesForAnyone))
          return answer(() => reject(new RegistryAway('the session is over')))
        const value = work(server, session)
        answer(() => resolve(value))
      })
    })
  }

  /** Brings something from the server to this node, unless the connection breaks meanwhile. */
  receive(run: () => void): void {
    const connection = this.#connection
    if (!this.connected || !this.#isReachable()) return
    this.#parts.process.network.after(this.#latencyMs, () => {
      if (connection === this.#connection && this.#isReachable()) run()
    })
  }

  /** Gives the session up. */
  close(): void {
    if (this.session && this.#isReachable()) this.#parts.server.end(this.session)
    this.#closed = true
    this.#parts.server.onTurn.delete(this.#updated)
    this.#drop()
  }

  #isReachable(): boolean {
    return this.#parts.server.up && this.#cuts === 0 && !this.#closed
  }

  /** Something changed that decides whether the server hears of this node, and this node of the server. */
  #update(): void {
    const { process, random } = this.#parts
    const isHeard = this.#isReachable() && process.alive && !process.frozen
    if (!this.#isReachable() && !this.#broken) {
      this.#broken = true
      process.network.after(random.between(0, (this.leaseMs * 2) / 3), () => this.#broken && this.#drop())
    }
    if (isHeard !== this.#wasHeard) {
      this.#wasHeard = isHeard
      if (isHeard) this.#hearAgain()
      else this.#fallSilent()
    }
    if (!isHeard && !process.frozen) this.#countOut()
  }

  #fallSilent(): void {
    const { server, process, random, weather } = this.#parts
    const heardAt = process.clock.elapsed() - random.between(0, this.leaseMs / 3)
    if (this.session) server.silence(this.session, heardAt)
    if (weather.knowsTime) this.#silentSince = heardAt
  }

  /** The server ends a session that it does not hear of; before it does, the node has to know by itself. */
  #countOut(): void {
    const { clock, network } = this.#parts.process
    const now = clock.elapsed()
    this.#silentSince = Math.min(this.#silentSince, now - this.leaseMs / 3)
    const leftMs = this.#silentSince + this.leaseMs - now
    network.after(leftMs, () => this.alive || this.#events.lapsed())
  }

  #hearAgain(): void {
    const { server, process, random, weather } = this.#parts
    if (!this.#broken && this.session && !this.session.ended) {
      server.hear(this.session)
      return this.#goOn()
    }
    // One who was frozen is told that its session is over when it asks; whose connection broke knows.
    const toldMs = this.#broken ? 0 : random.between(0, weather.reconnectMsMax)
    process.network.after(toldMs, () => {
      this.#drop()
      process.network.after(random.between(0, weather.reconnectMsMax), () => this.#connect())
    })
  }

  #connect(): void {
    const { server } = this.#parts
    if (this.connected || !this.#wasHeard || this.#closed) return
    if (this.session && !this.session.ended) server.hear(this.session)
    else this.session = server.open()
    this.#connection++
    this.#broken = false
    this.connected = true
    this.#goOn()
    this.#opened.resolve()
  }

  #goOn(): void {
    this.#silentSince = Number.POSITIVE_INFINITY
    this.#events.connected()
  }

  #drop(): void {
    this.connected = false
    this.#broken = true
    this.#connection++
    for (const reject of this.#pending) reject(new RegistryAway('the connection broke'))
    this.#pending.clear()
  }
}
