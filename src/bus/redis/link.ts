import { Backoff } from '../../domain/backoff.ts'
import { type Cancel, every, jittered } from '../../domain/time.ts'
import { messageOf, nameOf } from './client.ts'
import type { RedisClient } from './make-client.ts'
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
  readonly #backoff: Backoff
  /** Connecting or connected. */
  #current: RedisClient | null = null
  #isUp = false
  #isAway = false
  #heard = true
  #cancel: Cancel = () => {}

  constructor(address: RedisAddress, world: RedisWorld, listener: LinkListener) {
    this.#address = address
    this.#world = world
    this.#listener = listener
    this.#backoff = new Backoff(world.clock, world.random, world.options.reconnect)
    this.#connect()
  }

  /** Null while there is no connection. */
  get client(): RedisClient | null {
    return this.#isUp ? this.#current : null
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
    if (this.#current) this.#end(this.#current, reason)
  }

  close(): void {
    this.#cancel()
    this.#current?.destroy()
    this.#current = null
  }

  #connect(): void {
    const client = this.#world.makeClient(this.#address, this.#world)
    this.#current = client
    const { clock, options } = this.#world
    const late = () => this.#end(client, new Error(`no answer for ${options.connectMs} ms`))
    this.#cancel = clock.after(options.connectMs, late)
    // Whatever it is: the library goes on after some errors with a decoder that has lost its place.
    client.on('error', (error) => this.#end(client, error))
    client.on('sharded-channel-moved', (channel: string) => this.#listener.ended?.(channel))
    client.connect().then(
      () => this.#found(client),
      (error) => this.#end(client, error),
    )
  }

  #found(client: RedisClient): void {
    if (client !== this.#current) return
    this.#cancel()
    this.#isUp = true
    this.#isAway = false
    this.#backoff.succeeded()
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
      if (client !== this.#current) return
      if (this.#heard) ask()
      else this.#end(client, new Error(`no sign of life for ${options.pingMs} ms`))
    }
    ask()
    this.#cancel = every(
      clock,
      () => jittered(options.pingMs, random),
      // What has arrived while this process was busy itself is read first.
      () => clock.after(0, check),
    )
  }

  /** It is gone, or could not be made. */
  #end(client: RedisClient, error: unknown): void {
    if (client !== this.#current) return
    this.#current = null
    this.#cancel()
    client.destroy()
    this.#isUp = false
    this.#isAway = true
    const server = nameOf(this.#address)
    const problem = `no connection to Redis at ${server}, which is tried again; viewers get comments late`
    this.#world.report(new Error(`${problem}: ${messageOf(error)}`))
    this.#cancel = this.#world.clock.after(this.#backoff.failed(), () => this.#connect())
    this.#listener.down()
  }
}
