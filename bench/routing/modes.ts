import { setTimeout } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import { type KafkaServer, startKafka } from '../../test/support/backends/kafka.ts'
import { startRedis, startRedisCluster } from '../../test/support/backends/redis.ts'
import { startZooKeeper } from '../../test/support/backends/zookeeper.ts'
import type { Settings } from '../../test/support/chorus-command.ts'

/** What carries the events in one mode: real servers of its own. */
export interface BusServers extends AsyncDisposable {
  /** What the nodes are told of it. */
  settings: Settings
  /** Where its servers listen. */
  ports: number[]
  /** The ZooKeeper that the dispatcher stands on, for whoever holds a clerk; null where there is no dispatcher. */
  zookeeper: string | null
}

export interface Mode {
  title: string
  /** Whether it is also looked at while nodes come and go; behind a hash that is the same for every bus. */
  moves: boolean
  start(): Promise<BusServers>
}

/** The ways in which events can reach the realtime nodes, by the name that a command line knows them by. */
export const modes = {
  dispatched: { title: 'dispatched', moves: true, start: startDispatched },
  'redis-firehose': { title: 'Redis, firehose', moves: false, start: () => redis('firehose') },
  'redis-partitioned': { title: 'Redis, partitioned', moves: false, start: () => redis('partitioned') },
  'redis-video': { title: 'Redis, video', moves: true, start: () => redis('video') },
  'redis-cluster': { title: 'Redis Cluster, video', moves: false, start: redisCluster },
  kafka: { title: 'Kafka, 64 partitions', moves: false, start: () => kafka(64) },
  'kafka-1024': { title: 'Kafka, 1,024 partitions', moves: false, start: () => kafka(1_024) },
} satisfies Record<string, Mode>

const topicLookMs = 200

export type ModeName = keyof typeof modes
export const modeNames = Object.keys(modes) as ModeName[]

async function startDispatched(): Promise<BusServers> {
  const server = await startZooKeeper()
  const registry = `zookeeper://${server.address}/chorus`
  return {
    settings: { CHORUS_BUS: 'dispatched:', CHORUS_REGISTRY: registry },
    ports: [server.port],
    zookeeper: server.address,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function redis(mode: 'firehose' | 'partitioned' | 'video'): Promise<BusServers> {
  const server = await startRedis()
  return {
    settings: { CHORUS_BUS: `redis://${server.address}?mode=${mode}` },
    ports: [server.port],
    zookeeper: null,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function redisCluster(): Promise<BusServers> {
  const cluster = await startRedisCluster()
  return {
    settings: { CHORUS_BUS: `redis://${cluster.addresses}?mode=video&cluster=true` },
    ports: cluster.servers.map(({ port }) => port),
    zookeeper: null,
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}

async function kafka(partitions: number): Promise<BusServers> {
  const server = await startKafka()
  await makeTopic(server, partitions)
  return {
    settings: { CHORUS_BUS: server.url(topic) },
    ports: [Number(new URL(`http://${server.address}`).port)],
    zookeeper: null,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const topic = 'comments'

/** Beforehand, for a thousand partitions take a broker some seconds. Resolves when each of them is served. */
async function makeTopic({ address }: KafkaServer, partitions: number): Promise<void> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [address] })
  await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
  const served = async () => {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true })
    return topics.get(topic)?.partitions.filter(({ leader }) => leader >= 0).length === partitions
  }
  while (!(await served().catch(() => false))) await setTimeout(topicLookMs)
  await admin.close()
}
