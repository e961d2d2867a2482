import { Admin, ConnectionPool, Consumer, Producer } from '@platformatic/kafka'
import type { KafkaAddress } from './kafka-address.ts'
import { isTopicThere, isUnknownTopic } from './kafka-errors.ts'
import type { KafkaOptions } from './kafka-options.ts'

/** The topic as the brokers know it. */
export interface TopicView {
  /** Another topic of the same name has another. */
  id: string
  /** The node that leads each partition. */
  leaders: number[]
}

/** Where a partition is read next. */
export interface Place {
  partition: number
  offset: bigint
}

/** What one read brought. */
export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>

export interface Message {
  key: Buffer
  value: Buffer
  /** Any whole number: the client takes it modulo the number of partitions, which it keeps up with. */
  partition: number
}

const [acksOfLeader, readUncommitted, latest] = [1, 0, -1n]

/**
 * The library's clients, as this bus uses them. They never retry by themselves: who calls them knows better what to do.
 *
 * The consumer joins no group. It is told which partitions to read and from where, so no node's coming or going holds up
 * another's reading, and the brokers store nothing about readers.
 *
 * Leaders alone acknowledge. Readers see an event only when the in-sync replicas have it, so waiting for those would make
 * nothing come sooner, and what a dying leader takes with it is in the store. Nothing is compressed: most batches are a
 * few hundred bytes, and every reader would pay for the unpacking.
 */
export class KafkaClients {
  readonly #address: KafkaAddress
  readonly #options: KafkaOptions
  readonly #consumer: Consumer
  readonly #producer: Producer
  readonly #admin: Admin
  /** Reads wait at the broker, which answers the requests of one connection in turn: nothing else may stand behind them. */
  readonly #fetches: ConnectionPool

  constructor(address: KafkaAddress, options: KafkaOptions) {
    const connection = { connectTimeout: options.connectMsMax, requestTimeout: options.requestMsMax }
    const common = { clientId: 'chorus', bootstrapBrokers: address.brokers, retries: 0, ...connection }
    this.#address = address
    this.#options = options
    this.#consumer = new Consumer({ ...common, groupId: 'none', isolationLevel: readUncommitted })
    this.#producer = new Producer({ ...common, acks: acksOfLeader })
    this.#admin = new Admin(common)
    this.#fetches = new ConnectionPool(common.clientId, connection)
  }

  /** Null when there is no such topic. */
  async readTopic(): Promise<TopicView | null> {
    const { topic } = this.#address
    const metadata = await this.#consumer.metadata({ topics: [topic], forceUpdate: true }).catch((error) => {
      if (isUnknownTopic(error)) return null
      throw error
    })
    const found = metadata?.topics.get(topic)
    return found ? { id: found.id, leaders: found.partitions.map(({ leader }) => leader) } : null
  }

  /** Resolves also when somebody else was faster. */
  async createTopic(): Promise<void> {
    const { topic, partitions, replicas, retentionMs } = this.#address
    const configs = [
      { name: 'retention.ms', value: String(retentionMs) },
      // Only whole segments are deleted: with the usual ones of a week or a gigabyte, old texts would stay.
      { name: 'segment.ms', value: String(retentionMs) },
    ]
    await this.#admin
      .createTopics({ topics: [topic], partitions, replicas: replicas ?? -1, configs })
      .catch((error) => {
        if (!isTopicThere(error)) throw error
      })
  }

  /** The offsets that the next records of these partitions will have. */
  async latestOffsets(partitions: number[]): Promise<Place[]> {
    const { topic } = this.#address
    const offsets = await this.#consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: partitions },
      timestamp: latest,
    })
    const found = offsets.get(topic) ?? []
    return partitions.map((partition) => {
      const offset = found[partition]
      if (offset === undefined) throw new Error(`partition ${partition} of the topic has no end`)
      return { partition, offset }
    })
  }

  /** Waits a moment at the broker when there is nothing yet. */
  fetch(node: number, topicId: string, places: Place[]): Promise<FetchResponse> {
    const { fetchWaitMs, fetchBytesMax, partitionFetchBytesMax } = this.#options
    const partitions = places.map(({ partition, offset }) => ({
      partition,
      fetchOffset: offset,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: partitionFetchBytesMax,
    }))
    return this.#consumer.fetch({
      node,
      topics: [{ topicId, partitions }],
      minBytes: 1,
      maxBytes: fetchBytesMax,
      maxWaitTime: fetchWaitMs,
      connectionPool: this.#fetches,
    })
  }

  async send(messages: Message[]): Promise<void> {
    const { topic } = this.#address
    await this.#producer.send({ messages: messages.map((message) => ({ ...message, topic })) })
  }

  /** After a failure: where brokers and leaders are is asked anew. */
  forget(): void {
    this.#consumer.clearMetadata()
    this.#producer.clearMetadata()
  }

  async close(): Promise<void> {
    const clients = [this.#consumer, this.#producer, this.#admin, this.#fetches]
    await Promise.allSettled(clients.map((client) => client.close()))
  }
}
