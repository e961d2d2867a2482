import type { Logger } from 'pino'
import { clusterAuthorization } from '../auth/cluster-key.ts'
import type { Bus } from '../bus/bus.ts'
import { openDispatchedBus } from '../bus/dispatched/dispatched-bus.ts'
import { parseKafkaAddress } from '../bus/kafka/kafka-address.ts'
import { memoryBus } from '../bus/memory-bus.ts'
import type { BusMetrics } from '../bus/metrics.ts'
import { openRedisBus } from '../bus/redis/redis-bus.ts'
import { parseRedisUrl } from '../bus/redis/redis-url.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/errors.ts'
import type { Calls } from '../ipc/calls.ts'
import type { Clerk } from '../placement/clerk.ts'
import type { EventReceiver } from '../realtime/event-intake.ts'
import { ipcRegistry } from '../registry/ipc-registry.ts'
import { memoryRegistry } from '../registry/memory-registry.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import { openZooKeeperRegistry } from '../registry/zookeeper/zookeeper-registry.ts'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { ipcReader } from '../store/ipc-reader.ts'
import type { StoreMetrics } from '../store/metrics.ts'
import { openPostgresStore } from '../store/postgres/postgres-store.ts'
import type { CommentStore, EventReader } from '../store/store.ts'
import { systemClock } from '../system.ts'
import { watchClockSkew } from './clock-skew.ts'
import { logOutages } from './store-outages.ts'

export interface Store {
  reader: EventReader
  /** Null in a process that only reads. */
  comments: CommentStore | null
  close(): Promise<void>
}

/** Shorter than gateways wait for a node: what an author is told of a database that is frozen, this node tells. */
const postgresAnswerMsMax = 4_000

/**
 * The store, or null where no role needs one. A worker reads what only one process can open through its parent.
 * @param failed told when the store broke in a way that only a new process can mend
 */
export async function openStore(
  { store, roles, readLimit }: Config,
  parent: Calls | null,
  failed: (error: Error) => void,
  logger: Logger,
  metrics: StoreMetrics,
): Promise<Store | null> {
  if (!roles.includes('comments') && !roles.includes('realtime')) return null
  if (store.kind === 'embedded' && parent)
    return { reader: ipcReader(parent), comments: null, close: async () => {} }
  const limit = { clientWaitingMax: readLimit ?? Number.POSITIVE_INFINITY }
  const opened =
    store.kind === 'embedded'
      ? await openEmbeddedStore(store.folder, failed, limit)
      : await openPostgresStore(store.url, {
          answerMsMax: postgresAnswerMsMax,
          tellSkew: watchClockSkew(logger, metrics),
          ...limit,
        })
  const logged = logOutages(opened, logger)
  return { reader: logged, comments: logged, close: () => opened.close() }
}

export async function openRegistry(
  { registry }: Config,
  parent: Calls | null,
  logger: Logger,
): Promise<NodeRegistry> {
  if (registry.kind === 'memory') return parent ? ipcRegistry(parent) : memoryRegistry()
  const report = (error: unknown) => logger.warn({ about: 'registry', err: error }, 'registry error')
  return openZooKeeperRegistry({ ...registry, clock: systemClock, random: Math.random, report })
}

/** What an adapter alone can tell of its address. @throws ConfigError before anything is opened */
export function requireAddresses({ bus }: Config): void {
  try {
    if (bus.kind === 'redis') parseRedisUrl(bus.url)
    if (bus.kind === 'kafka') parseKafkaAddress(bus.url)
  } catch (error) {
    asConfigError(error)
  }
}

/** Also what a server itself refuses for good: a wrong password, a missing right. */
function asConfigError(error: unknown): never {
  throw new ConfigError(`CHORUS_BUS cannot be used: ${(error as Error).message}`)
}

export interface BusParts {
  config: Config
  clerk: Clerk
  self: () => string
  clusterSecret: string
  metrics: BusMetrics
  logger: Logger
}

export interface OpenBus {
  bus: Bus
  /** What other nodes post events to; null where events come another way. */
  receiver: EventReceiver | null
}

export async function openBus({
  config,
  clerk,
  self,
  clusterSecret,
  metrics,
  logger,
}: BusParts): Promise<OpenBus> {
  const report = (error: unknown) => logger.warn({ err: error }, 'bus error')
  const common = { clock: systemClock, random: Math.random, report, metrics }
  switch (config.bus.kind) {
    case 'memory':
      return { bus: memoryBus(), receiver: null }
    case 'dispatched': {
      const route = (liveVideoId: string) => clerk.receiversOf(liveVideoId)
      const authorization = clusterAuthorization(clusterSecret)
      const bus = openDispatchedBus({ ...common, route, self, authorization })
      return { bus, receiver: bus.receiver }
    }
    case 'redis':
      return {
        bus: await openRedisBus({ ...common, url: config.bus.url }).catch(asConfigError),
        receiver: null,
      }
    case 'kafka': {
      const address = parseKafkaAddress(config.bus.url)
      // Its library costs 60 MB and half a second, which only those pay who use it.
      const { openKafkaBus } = await import('../bus/kafka/kafka-bus.ts')
      return { bus: await openKafkaBus({ ...common, address }), receiver: null }
    }
  }
}
