import { type Cancel, jittered } from '../../domain/time.ts'
import { callRound, type Refusals } from './calls.ts'
import { isMisplaced, messageOf, nameOf } from './client.ts'
import { Link } from './link.ts'
import type { RedisClient } from './make-client.ts'
import type { RedisAddress } from './redis-url.ts'
import { type Round, Subscriptions } from './subscriptions.ts'
import type { RedisWorld } from './world.ts'

export interface SubscriberListener {
  received(message: Buffer): void
  /** Subscribed again after a time in which messages may have been lost. */
  interrupted(): void
  /** A channel is not served here any more, or the server is away: somebody else may have its slots. */
  misplaced(): void
}

/** The subscriptions at one Redis, brought to where they should be whenever it is there. */
export class Subscriber {
  readonly #address: RedisAddress
  readonly #world: RedisWorld
  readonly #listener: SubscriberListener
  readonly #subscriptions = new Subscriptions()
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>()
  readonly #refused = new Set<string>()
  readonly #link: Link
  /** The connection whose rounds are under way. */
  #running: RedisClient | null = null
  #missed = false
  #cancelRetry: Cancel | null = null

  constructor(address: RedisAddress, world: RedisWorld, listener: SubscriberListener) {
    this.#address = address
    this.#world = world
    this.#listener = listener
    this.#link = new Link(address, world, {
      up: (client) => void this.#run(client),
      down: () => this.#down(),
      ended: (channel) => this.#ended(channel),
    })
  }

  /** Resolves when the server has confirmed it, or is away: then `interrupted` follows when it is back. */
  want(channel: string): Promise<void> {
    this.#subscriptions.want(channel)
    return this.#settled(channel)
  }

  letGo(channel: string): Promise<void> {
    this.#subscriptions.letGo(channel)
    return this.#settled(channel)
  }

  /** Subscribes to what another server had until now: something may be lost on the way. */
  takeOver(channel: string): void {
    this.#missed = true
    void this.want(channel)
  }

  close(): void {
    this.#cancelRetry?.()
    this.#link.close()
    this.#down()
  }

  #settled(channel: string): Promise<void> {
    if (this.#subscriptions.isSettled(channel)) return Promise.resolve()
    if (this.#link.isAway) {
      this.#missed = true
      return Promise.resolve()
    }
    const waiting = this.#waiting.get(channel) ?? Promise.withResolvers<void>()
    this.#waiting.set(channel, waiting)
    if (this.#link.client) void this.#run(this.#link.client)
    return waiting.promise
  }

  /** Round after round until nothing is left to ask. What is asked for in this same turn goes into the first. */
  async #run(client: RedisClient): Promise<void> {
    if (this.#running === client) return
    this.#running = client
    await new Promise<void>((resolve) => this.#world.clock.after(0, resolve))
    while (this.#running === client) {
      const round = this.#subscriptions.begin()
      this.#resolveSettled()
      if (!round) break
      const failed = await callRound(client, round, this.#receive, this.#world)
      if (this.#running !== client) return
      this.#finish(round, failed)
    }
    if (this.#running === client) this.#running = null
  }

  #finish(round: Round, failed: Refusals): void {
    this.#subscriptions.finish(round, new Set(failed.keys()))
    // A subscription that cannot be ended is one that the server and the library see differently.
    const stuck = round.unsubscribe.find((channel) => failed.has(channel))
    if (stuck !== undefined) return this.#link.replace(failed.get(stuck))
    for (const [channel, error] of failed) this.#refuse(channel, error)
    this.#resolveSettled()
    if (!this.#missed || failed.size === round.subscribe.length) return
    this.#missed = failed.size > 0
    this.#listener.interrupted()
  }

  readonly #receive = (message: Buffer): void => {
    this.#link.heard()
    this.#listener.received(message)
  }

  #refuse(channel: string, error: unknown): void {
    this.#retryLater(channel)
    if (isMisplaced(error)) return this.#listener.misplaced()
    const problem = `Redis at ${nameOf(this.#address)} refuses a subscription, and viewers get comments late`
    this.#world.report(new Error(`${problem}: ${messageOf(error)}`))
  }

  /** The slot of a channel went to another server. It is asked for here again unless it is taken over there. */
  #ended(channel: string): void {
    this.#subscriptions.ended(channel)
    if (this.#subscriptions.wants(channel)) this.#retryLater(channel)
    this.#listener.misplaced()
  }

  /** Nobody waits for it any longer. */
  #retryLater(channel: string): void {
    this.#missed = true
    this.#refused.add(channel)
    this.#resolve(channel)
    const { clock, random, options } = this.#world
    this.#cancelRetry ??= clock.after(jittered(options.retryMs, random), () => this.#retry())
  }

  #retry(): void {
    this.#cancelRetry = null
    this.#subscriptions.retry(this.#refused)
    this.#refused.clear()
    if (this.#link.client) void this.#run(this.#link.client)
  }

  #down(): void {
    this.#running = null
    this.#subscriptions.reset()
    if (this.#subscriptions.size > 0) this.#missed = true
    for (const channel of this.#waiting.keys()) this.#resolve(channel)
    this.#listener.misplaced()
  }

  #resolveSettled(): void {
    for (const channel of this.#waiting.keys())
      if (this.#subscriptions.isSettled(channel)) this.#resolve(channel)
  }

  #resolve(channel: string): void {
    this.#waiting.get(channel)?.resolve()
    this.#waiting.delete(channel)
  }
}
