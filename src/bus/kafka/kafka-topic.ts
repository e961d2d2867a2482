import type { KafkaClients, TopicView } from './kafka-clients.ts'

const [settleMs, settleTries] = [50, 20]

/** The topic that carries the events, made when it is missing. */
export class KafkaTopic {
  readonly #clients: KafkaClients
  readonly #pause: (delayMs: number) => Promise<void>
  #view: TopicView | null = null
  #refreshing: Promise<TopicView> | null = null
  #remade: () => void = () => {}

  constructor(clients: KafkaClients, pause: (delayMs: number) => Promise<void>) {
    this.#clients = clients
    this.#pause = pause
  }

  /** As it was last seen; null while the brokers have never answered. */
  get view(): TopicView | null {
    return this.#view
  }

  /** Called when offsets or partitions that were known before mean nothing any more, and when they are first known. */
  onRemade(listener: () => void): void {
    this.#remade = listener
  }

  /** Looks anew; asking again while it looks is asking once. */
  refresh(): Promise<TopicView> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #look(): Promise<TopicView> {
    const [before, view] = [this.#view, (await this.#clients.readTopic()) ?? (await this.#create())]
    this.#view = view
    if (before?.id !== view.id || before.leaders.length !== view.leaders.length) this.#remade()
    return view
  }

  /** The brokers tell of a new topic, and lead its partitions, a moment after they have made it. */
  async #create(): Promise<TopicView> {
    await this.#clients.createTopic()
    for (let tries = 0; tries < settleTries; tries++) {
      const view = await this.#readLed().catch(() => null)
      if (view) return view
      await this.#pause(settleMs)
    }
    throw new Error('the topic was made and is not there yet')
  }

  async #readLed(): Promise<TopicView | null> {
    const view = await this.#clients.readTopic()
    if (view) await this.#clients.latestOffsets([...view.leaders.keys()])
    return view
  }
}
