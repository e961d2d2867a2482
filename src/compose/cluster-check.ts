import type { Logger } from 'pino'
import { parseKafkaAddress } from '../bus/kafka/kafka-address.ts'
import { parseRedisUrl } from '../bus/redis/redis-url.ts'
import type { Config } from '../config/config.ts'
import type { Cancel } from '../domain/time.ts'
import { type ClusterDescription, differenceBetween } from '../registry/cluster-description.ts'
import type { Member, NodeRegistry } from '../registry/registry.ts'
import type { EventReader } from '../store/store.ts'

/** Of batches of events, the assignment and the requests between nodes: a change that older nodes cannot read raises it. */
const wireVersion = '1'

/** What this node publishes about itself. @throws ChorusError `store_unavailable` */
export async function describeCluster(
  config: Config,
  reader: EventReader | null,
): Promise<ClusterDescription> {
  return {
    store: reader === null ? null : await reader.readStoreId(),
    bus: reader === null ? null : placeOfBus(config),
    wire: wireVersion,
  }
}

/** The same for all that reach the same bus in the same way; without a user and a password. */
function placeOfBus({ bus }: Config): string {
  const listed = (places: { host: string; port: number }[]) =>
    places
      .map(({ host, port }) => `${host}:${port}`)
      .sort()
      .join()
  if (bus.kind === 'redis') {
    const { seeds, mode, partitions, prefix } = parseRedisUrl(bus.url)
    return `redis://${listed(seeds)}?mode=${mode}&partitions=${partitions}&prefix=${prefix}`
  }
  if (bus.kind !== 'kafka') return `${bus.kind}:`
  const { brokers, topic } = parseKafkaAddress(bus.url)
  return `kafka://${listed(brokers)}/${topic}`
}

const mend = {
  store: 'CHORUS_STORE is another database than',
  bus: 'CHORUS_BUS is another one than',
  wire: 'this version of Chorus cannot work with',
}

const complaint = (part: keyof ClusterDescription, { url, cluster }: Member): string => {
  const theirs = part === 'bus' ? ` (${cluster?.bus})` : ''
  return `${mend[part]} that of ${url}${theirs}: give all nodes of a cluster the same, and each cluster a path of its own in CHORUS_REGISTRY`
}

function firstStranger(members: Member[], self: string, own: ClusterDescription): string | null {
  for (const member of members) {
    const part = member.url !== self && member.cluster ? differenceBetween(own, member.cluster) : null
    if (part !== null) return complaint(part, member)
  }
  return null
}

/** To be called before joining. @throws Error in one line, when this node does not fit those that are there */
export async function requireSameCluster(
  registry: NodeRegistry,
  self: string,
  own: ClusterDescription,
): Promise<void> {
  // While the registry is away no member is known; `reportStrangers` checks later.
  const members = registry.connected ? await registry.nodes().catch(() => []) : []
  const stranger = firstStranger(members, self, own)
  if (stranger !== null) throw new Error(`this node does not fit its cluster: ${stranger}`)
}

/** Logs nodes that joined later, or at the same moment, and do not fit; once for each reason. */
export function reportStrangers(
  { registry, self, logger }: { registry: NodeRegistry; self: string; logger: Logger },
  own: ClusterDescription,
): Cancel {
  const told = new Set<string>()
  return registry.watchMembers((members) => {
    const stranger = firstStranger(members, self, own)
    if (stranger === null || told.has(stranger)) return
    told.add(stranger)
    logger.error(`a node of this cluster does not fit this one: ${stranger}`)
  })
}
