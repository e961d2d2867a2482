import { isMisplaced, isRefusal, messageOf } from './client.ts'
import { Link } from './link.ts'
import type { RedisClient } from './make-client.ts'
import { type Message, PublishQueue } from './publish-queue.ts'
import type { RedisAddress } from './redis-url.ts'
import type { RedisWorld } from './world.ts'

export interface PublisherListener {
  /** Not sent, because its slot is another server's; it is no longer in the queue here. */
  misplaced(message: Message): void
  /** Not sent, and no longer in the queue here. */
  dropped(message: Message, reason: string): void
  /** The server is away: somebody else may have its slots. */
  away(): void
}

/** Sends messages to one Redis, over one connection, as soon as it is there. */
export class Publisher {
  readonly #world: RedisWorld
  readonly #listener: PublisherListener
  readonly #queue: PublishQueue
  readonly #link: Link
  #idle: PromiseWithResolvers<void> | null = null

  constructor(address: RedisAddress, world: RedisWorld, listener: PublisherListener) {
    this.#world = world
    this.#listener = listener
    this.#queue = new PublishQueue(world.options.unsentBytesMax, world.options.inFlightBytesMax)
    this.#link = new Link(address, world, {
      up: () => this.#sendWaiting(),
      down: () => this.#down(),
    })
  }

  send(message: Message): void {
    for (const dropped of this.#queue.add(message)) this.#listener.dropped(dropped, 'too many wait already')
    this.#sendWaiting()
  }

  /** What it has not sent, or cannot know to have sent. */
  takeAll(): Message[] {
    return this.#queue.takeAll()
  }

  /** Resolves when everything is sent, or the server is away. */
  async idle(): Promise<void> {
    if (this.#queue.isEmpty || this.#link.isAway) return
    this.#idle ??= Promise.withResolvers()
    await this.#idle.promise
  }

  close(): void {
    this.#link.close()
    this.#idle?.resolve()
  }

  #sendWaiting(): void {
    const { client } = this.#link
    if (!client) return
    for (let next = this.#queue.send(); next; next = this.#queue.send()) this.#send(client, next)
    if (this.#queue.isEmpty) this.#idle?.resolve()
  }

  #send(client: RedisClient, message: Message): void {
    const { target, metrics } = this.#world
    const { channel, bytes } = message
    metrics.published(message.events, bytes.length)
    const answer = target.cluster ? client.sPublish(channel, bytes) : client.publish(channel, bytes)
    answer.then(
      () => this.#answered(client, message, null),
      (error) => this.#answered(client, message, error),
    )
  }

  #answered(client: RedisClient, message: Message, error: unknown): void {
    // A connection that is gone answers nothing: what it carried waits for the next one.
    if (client !== this.#link.client || (error && !isRefusal(error))) return
    this.#queue.finish(message)
    if (isMisplaced(error) && !message.misplaced) this.#listener.misplaced({ ...message, misplaced: true })
    else if (error) this.#listener.dropped(message, messageOf(error))
    this.#sendWaiting()
  }

  #down(): void {
    this.#queue.restart()
    this.#idle?.resolve()
    this.#listener.away()
  }
}
