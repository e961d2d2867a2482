import { EventEmitter } from 'node:events'
import type { connect as netConnect } from 'node:net'
import { pino } from 'pino'
import { Link as DispatchedLink } from '../../src/bus/dispatched/link.ts'
import { defaultDispatchedOptions } from '../../src/bus/dispatched/options.ts'
import type { KafkaClients } from '../../src/bus/kafka/kafka-clients.ts'
import { defaultKafkaOptions } from '../../src/bus/kafka/kafka-options.ts'
import { KafkaPublisher } from '../../src/bus/kafka/kafka-publisher.ts'
import { KafkaWorld } from '../../src/bus/kafka/kafka-world.ts'
import { PartitionReader } from '../../src/bus/kafka/partition-reader.ts'
import { noBusMetrics } from '../../src/bus/metrics.ts'
import { Link as RedisLink } from '../../src/bus/redis/link.ts'
import { parseRedisUrl } from '../../src/bus/redis/redis-url.ts'
import { Topology } from '../../src/bus/redis/topology.ts'
import { defaultRedisBusOptions, type RedisWorld } from '../../src/bus/redis/world.ts'
import { Workers } from '../../src/compose/workers.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { Lifelines } from '../../src/dispatcher/lifelines.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import { type Clock, every, type Random } from '../../src/domain/time.ts'
import { memoryRegistry } from '../../src/registry/memory-registry.ts'
import type { Connection as ZooKeeperConnection } from '../../src/registry/zookeeper/connection.ts'
import { SessionExpired, Unreachable } from '../../src/registry/zookeeper/errors.ts'
import { Session } from '../../src/registry/zookeeper/session.ts'
import type { Directions } from '../../src/sdk/directions.ts'
import { defaultStream, LiveStream } from '../../src/sdk/stream.ts'
import { FakeSource } from '../../src/sdk/testing/fake-world.ts'
import { Connections } from '../../src/store/postgres/connections.ts'

/** What an attempt meets: `lastedMs` null is a refusal, else it succeeds and is over after so long. */
export interface Fate {
  lastedMs: number | null
}

export interface ReconnectingWorld {
  clock: Clock
  random: Random
  /** To be called with each attempt. */
  attempt: () => Fate
}

export interface Loop {
  /** The longest wait between two attempts, in ms. */
  waitMsMax: number
  start(world: ReconnectingWorld): void
}

const ignore = () => {}
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const event: LiveVideoEvent = {
  type: 'comment.removed',
  liveVideoId: 'a',
  epoch: 'e',
  seq: 1,
  at: 1,
  commentId: 'c',
  commentSeq: 1,
}

/** Rejects when it was refused, or when it is over. */
async function meet({ clock, attempt }: ReconnectingWorld): Promise<never> {
  const { lastedMs } = attempt()
  if (lastedMs !== null) await new Promise<void>((resolve) => clock.after(lastedMs, resolve))
  throw refused()
}

function lifelines(world: ReconnectingWorld): void {
  const connect = () => {
    const socket = new EventEmitter()
    const { lastedMs } = world.attempt()
    world.clock.after(1, () => {
      if (lastedMs === null) socket.emit('error', refused())
      else socket.emit('connect')
      world.clock.after(lastedMs ?? 0, () => socket.emit('close'))
    })
    const same = () => socket
    return Object.assign(socket, { setTimeout: same, resume: same, unref: same, destroy: ignore })
  }
  const parts = { ...world, onChange: ignore, connect: connect as unknown as typeof netConnect }
  new Lifelines(parts).follow(['http://127.0.0.1:1'])
}

function session(world: ReconnectingWorld): void {
  const open = async () => {
    const { lastedMs } = world.attempt()
    if (lastedMs === null) throw world.random() < 0.5 ? new Unreachable('refused') : new SessionExpired()
    const ended = new Promise<void>((resolve) => world.clock.after(lastedMs, resolve))
    const answer = async () => true
    const methods = { exists: answer, create: answer, remove: answer, drop: ignore, closeSession: answer }
    const known = { key: {}, sessionTimeoutMs: 3_000, isOpen: true, endedBy: null, ended }
    return { ...known, ...methods } as unknown as ZooKeeperConnection
  }
  const options = { hosts: ['a:1'], paths: ['/a'], nowhere: '/a/n', sessionTimeoutMs: 3_000, report: ignore }
  new Session({ ...world, ...options, open: open as typeof ZooKeeperConnection.open })
}

const redisWorld = (world: ReconnectingWorld, url: string): RedisWorld => ({
  ...world,
  target: parseRedisUrl(url),
  metrics: noBusMetrics,
  options: defaultRedisBusOptions,
  report: ignore,
  makeClient: (() => {
    const client = new EventEmitter()
    const { lastedMs } = world.attempt()
    const connected = async () => {
      if (lastedMs === null) throw refused()
      world.clock.after(lastedMs, () => client.emit('error', refused()))
    }
    const silent = () => new Promise(ignore)
    const slots = async () => []
    return Object.assign(client, { connect: connected, ping: silent, destroy: ignore, clusterSlots: slots })
  }) as unknown as RedisWorld['makeClient'],
})

function redisLink(world: ReconnectingWorld): void {
  const address = { host: '127.0.0.1', port: 1 }
  new RedisLink(address, redisWorld(world, 'redis://127.0.0.1:1'), { up: ignore, down: ignore })
}

/** A cluster without slots: each look is followed by a hint that something has changed. */
function redisTopology(world: ReconnectingWorld): void {
  const topology = new Topology(redisWorld(world, 'redis://127.0.0.1:1?cluster=true'), {
    changed: ignore,
    looked: () => topology.refresh(),
  })
  void topology.open()
  every(
    world.clock,
    () => 50,
    () => topology.refresh(),
  )
}

function kafkaWorld(world: ReconnectingWorld, clients: object): KafkaWorld {
  const address = {
    brokers: [{ host: 'a', port: 1 }],
    topic: 't',
    partitions: 1,
    replicas: 1,
    retentionMs: 1,
  }
  const options = { ...world, address, report: ignore, metrics: noBusMetrics }
  const readTopic = async () => ({ id: 't', leaders: [1] })
  const fake = { forget: ignore, readTopic, ...clients } as unknown as KafkaClients
  return new KafkaWorld(options, defaultKafkaOptions, fake)
}

function kafkaPublisher(world: ReconnectingWorld): void {
  new KafkaPublisher(kafkaWorld(world, { send: () => meet(world) })).publish([event])
}

async function kafkaReader(world: ReconnectingWorld): Promise<void> {
  const latestOffsets = async () => [{ partition: 0, offset: 0n }]
  const kafka = kafkaWorld(world, { fetch: () => meet(world), latestOffsets })
  await kafka.topic.refresh()
  await new PartitionReader(kafka, { records: ignore, interrupted: ignore }).follow(0)
}

function dispatchedLink(world: ReconnectingWorld): void {
  const post = () => meet(world).catch((error) => ({ kind: 'failed' as const, reason: String(error) }))
  const options = defaultDispatchedOptions
  const parts = { ...world, authorization: '', report: ignore, metrics: noBusMetrics, options }
  const link = new DispatchedLink(
    'http://a',
    { ...parts, openPoster: () => ({ post, close: ignore }) },
    (parcels) => parcels,
  )
  every(
    world.clock,
    () => 100,
    () => link.send([{ event, publishedAt: world.clock.elapsed(), bytes: 1 } as never]),
  )
}

/** Asked all the time, as by the viewers of a busy node. */
function postgres(world: ReconnectingWorld): void {
  const make = () => ({ run: () => meet(world), usable: false, wasOpen: false, end: ignore })
  const bounds = { runningMax: 1, pagesRunningMax: 1, waitingMax: 10, clientWaitingMax: 10 }
  const limits = { ...bounds, pagePatience: null, answerMsMax: 5_000 }
  const connections = new Connections(make, limits, world.clock)
  every(
    world.clock,
    () => 100,
    () => void connections.run(async () => {}).catch(ignore),
  )
}

/** @param end how a worker is gone */
const workers =
  (end: (child: EventEmitter) => void) =>
  (world: ReconnectingWorld): void => {
    const fork = () => {
      const child = Object.assign(new EventEmitter(), { connected: true, send: ignore, kill: ignore })
      const { lastedMs } = world.attempt()
      world.clock.after(1, () => {
        if (lastedMs !== null) child.emit('message', { kind: 'note', topic: 'started', value: 'http://a' })
        world.clock.after(lastedMs ?? 0, () => end(child))
      })
      return child as never
    }
    const config = { ...parseConfig({}), workers: 1 }
    const [registry, logger] = [memoryRegistry(), pino({ level: 'silent' })]
    const clerk = { assignment: null, onChange: () => ignore }
    const parts = { config, port: 1, version: '1', clusterSecret: '', registry, clerk, store: null, logger }
    new Workers({ ...parts, output: { write: ignore }, clock: world.clock, fork }).start().catch(ignore)
  }

type Closing = (source: FakeSource) => void

/** @param close how a stream that had begun is over */
const sdkStream =
  (close: Closing) =>
  (world: ReconnectingWorld): void => {
    const openEventSource = (url: string) => {
      const source = new FakeSource(url)
      const { lastedMs } = world.attempt()
      world.clock.after(1, () => {
        if (lastedMs === null) return source.refuse()
        source.open()
        source.send('viewers', { viewers: 1 } as never)
        world.clock.after(lastedMs, () => close(source))
      })
      return source
    }
    const api = { streamUrl: () => 'http://a/', video: async () => ({ ok: true }) }
    const directions = { ask: async () => null, given: false, arrived: ignore, misled: ignore }
    const needs = {
      api: api as never,
      directions: directions as unknown as Directions,
      tokens: { renew: async () => 'token' },
      environment: { ...world, openEventSource },
      options: defaultStream,
    }
    const handlers = { onOpened: ignore, onEvent: ignore, onLost: ignore, onEnded: ignore }
    void new LiveStream(needs, handlers).open()
  }

/** Everything in this project that connects again by itself. A new one belongs here. */
export const loops: Record<string, Loop> = {
  'lifeline to a realtime node': { waitMsMax: 5_000, start: lifelines },
  'session with ZooKeeper': { waitMsMax: 950, start: session },
  'link to Redis': { waitMsMax: 2_000, start: redisLink },
  'look at a Redis Cluster': { waitMsMax: 1_000, start: redisTopology },
  'publishing to Kafka': { waitMsMax: 2_000, start: kafkaPublisher },
  'reading from Kafka': { waitMsMax: 2_000, start: kafkaReader },
  'link to a realtime node': { waitMsMax: 500, start: dispatchedLink },
  'connections to PostgreSQL': { waitMsMax: 500, start: postgres },
  'worker that ends': { waitMsMax: 30_000, start: workers((child) => child.emit('exit', 1)) },
  // No descriptor or memory is left for a process: there is an error and no exit.
  'worker that cannot be made': {
    waitMsMax: 30_000,
    start: workers((child) => child.emit('error', new Error('spawn EAGAIN'))),
  },
  'stream that is refused': { waitMsMax: 30_000, start: sdkStream((source) => source.refuse()) },
  'stream whose token has expired': {
    waitMsMax: 30_000,
    start: sdkStream((source) => source.send('auth.expired', {} as never)),
  },
  'stream that begins anew': {
    waitMsMax: 31_000,
    start: sdkStream((source) => source.send('reset', { epoch: null } as never)),
  },
}
