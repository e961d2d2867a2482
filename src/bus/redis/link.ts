import { type Cancel, every, jittered } from '../../domain/time.ts'
import { makeClient, messageOf, nameOf, type RedisClient } from './client.ts'
import type { RedisAddress } from './redis-url.ts'
import type { RedisWorld } from './world.ts'

export interface LinkListener {
  /** A new connection is there: its server knows nothing yet. */
  up(client: RedisClient): void
  /** The connection is gone, or could not be made; another one is coming. */
  down(): void
  /** The server of a cluster has ended this subscription: the slot is another one's now. */
  ended?(channel: string): void
}

/**
 * A connection to one Redis that comes back by itself. Not left to the library, which would subscribe again to what it
 * remembers: here each connection begins with nothing, and its user brings it to where it should be.
 */
export class Link {
  readonly #address: RedisAddress
  readonly #world: RedisWorld
  readonly #listener: LinkListener
  #client: RedisClient | null = null
  #end: (error: unknown) => void = () => {}
  #failures = 0
  #upAt = 0
  #isAway = false
  #heard = true
  #closed = false
  #cancel: Cancel = () => {}

  constructor(address: RedisAddress, world: RedisWorld, listener: LinkListener) {
    this.#address = address
    this.#world = world
    this.#listener = listener
    this.#connect()
  }

  /** Null while there is no connection. */
  get client(): RedisClient | null {
    return this.#client
  }

  /** It was tried and is not there: waiting for it may take long. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** The server gave a sign of life. */
  heard(): void {
    this.#heard = true
  }

  /** Gives this connection up for another one. */
  replace(reason: unknown): void {
    this.#end(reason)
  }

  close(): void {
    this.#closed = true
    this.#cancel()
    this.#end(null)
  }

  #connect(): void {
    const client = makeClient(this.#address, this.#world)
    const { clock, options } = this.#world
    const late = () => this.#end(new Error(`no answer for ${options.connectMs} ms`))
    this.#cancel = clock.after(options.connectMs, late)
    this.#end = (error) => {
      this.#end = () => {}
      this.#cancel()
      client.destroy()
      this.#lost(error)
    }
    const end = this.#end
    // Whatever it is: the library goes on after some errors with a decoder that has lost its place.
    client.on('error', (error) => this.#end === end && end(error))
    client.on('sharded-channel-moved', (channel: string) => this.#listener.ended?.(channel))
    client.connect().then(
      () => this.#end === end && this.#found(client),
      (error) => this.#end === end && end(error),
    )
  }

  #found(client: RedisClient): void {
    this.#cancel()
    this.#client = client
    this.#isAway = false
    this.#upAt = this.#world.clock.elapsed()
    this.#watch(client)
    this.#listener.up(client)
  }

  /** Notices a server that holds the connection and answers no more, as a frozen one does. */
  #watch(client: RedisClient): void {
    const { clock, random, options } = this.#world
    const ask = () => {
      this.#heard = false
      client.ping().then(
        () => this.heard(),
        () => {},
      )
    }
    const check = () => {
      if (this.#client !== client) return
      if (this.#heard) ask()
      else this.#end(new Error(`no sign of life for ${options.pingMs} ms`))
    }
    ask()
    // What has arrived while this process was busy itself is read first.
    this.#cancel = every(
      clock,
      () => jittered(options.pingMs, random),
      () => clock.after(0, check),
    )
  }

  #lost(error: unknown): void {
    const { clock, random, options, reports } = this.#world
    const wasUp = this.#client !== null
    this.#client = null
    if (this.#closed) return
    this.#isAway = true
    if (wasUp && clock.elapsed() - this.#upAt > options.reconnectMsMax) this.#failures = 0
    const server = nameOf(this.#address)
    reports.tell(
      `link ${server}`,
      `no connection to Redis at ${server}, which is tried again; viewers get comments late: ${messageOf(error)}`,
    )
    const waitMs = Math.min(options.reconnectMsMax, options.reconnectMs * 2 ** this.#failures++)
    // Half of it is chance: every node lost it at the same moment.
    this.#cancel = clock.after(waitMs * (0.5 + random()), () => this.#connect())
    this.#listener.down()
  }
}
