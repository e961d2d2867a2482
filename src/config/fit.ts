import type { Config } from './config.ts'
import { ConfigError } from './errors.ts'

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/** Settings that are each right and together cannot work. @throws ConfigError, naming what would mend it */
export function requireWhole(config: Config): void {
  for (const check of [
    requireStore,
    requireBus,
    requireRegistry,
    requireNodeUrl,
    requireInternalPort,
    requireClusterSecret,
    requireKey,
  ])
    check(config)
}

const has = ({ roles }: Config, ...wanted: string[]) =>
  wanted.every((role) => (roles as string[]).includes(role))

/** The embedded store is one process's: whoever comments and whoever reads for viewers must be that one. */
function requireStore(config: Config): void {
  if (config.store.kind === 'embedded' && has(config, 'comments') !== has(config, 'realtime'))
    throw new ConfigError(
      'CHORUS_STORE is a folder, which only one process can use, and CHORUS_ROLES has one of comments and realtime without the other: set CHORUS_STORE=postgres://… to run them apart',
    )
}

function requireBus(config: Config): void {
  const { bus, registry, workers } = config
  if (bus.kind === 'memory' && has(config, 'comments') !== has(config, 'realtime'))
    throw new ConfigError(
      'CHORUS_BUS=memory: reaches only its own process, and CHORUS_ROLES has one of comments and realtime without the other: set dispatched:, redis://… or kafka://…',
    )
  if (bus.kind === 'memory' && registry.kind !== 'memory' && has(config, 'comments'))
    throw new ConfigError(
      'CHORUS_BUS=memory: would not reach the other nodes of CHORUS_REGISTRY: set dispatched:, redis://… or kafka://…',
    )
  if (
    bus.kind === 'dispatched' &&
    registry.kind === 'memory' &&
    !has(config, 'comments', 'realtime', 'dispatcher')
  )
    throw new ConfigError(
      'CHORUS_BUS=dispatched: finds the nodes through a dispatcher and the registry: set CHORUS_REGISTRY=zookeeper://…, or run all roles here',
    )
  if (workers > 1 && !has(config, 'realtime'))
    throw new ConfigError('CHORUS_WORKERS are realtime nodes, and CHORUS_ROLES has no realtime')
  if (workers > 1 && registry.kind === 'memory' && !has(config, 'dispatcher', 'gateway'))
    throw new ConfigError(
      'CHORUS_WORKERS with CHORUS_REGISTRY=memory: need dispatcher and gateway in CHORUS_ROLES, or nobody finds them',
    )
}

/** A gateway or a dispatcher must know where the other nodes are. */
function requireRegistry(config: Config): void {
  if (config.registry.kind !== 'memory' || has(config, 'comments', 'realtime')) return
  const mend = 'set CHORUS_REGISTRY=zookeeper://…'
  const knows = 'CHORUS_REGISTRY=memory: knows of no other process'
  if (has(config, 'dispatcher'))
    throw new ConfigError(`${knows}, so a dispatcher alone finds nobody: ${mend}`)
  if (has(config, 'gateway') && !isHashed(config))
    throw new ConfigError(
      `${knows}, so a gateway alone finds nobody: ${mend}; or run comments with it behind a balancer that hashes on the LiveVideoId (deploy/nginx/nginx-hash.conf), on a bus of redis://… or kafka://…`,
    )
}

/** Whether streams never come to this gateway: a balancer in front brings them to the realtime nodes by a hash. */
export const isHashed = (config: Config): boolean =>
  config.registry.kind === 'memory' &&
  has(config, 'comments') &&
  (config.bus.kind === 'redis' || config.bus.kind === 'kafka')

const anyAddress = /^(0\.0\.0\.0|::)$/

/** The address of every interface is no address at which others find this machine. */
function requireNodeUrl({ registry, host, nodeUrl }: Config): void {
  if (registry.kind !== 'memory' && nodeUrl === null && anyAddress.test(host))
    throw new ConfigError(
      `CHORUS_NODE_URL must say where the other nodes reach this one: CHORUS_HOST=${host} does not`,
    )
}

function requireInternalPort({ port, internalPort }: Config): void {
  if (port === internalPort)
    throw new ConfigError(`CHORUS_PORT_INTERNAL must be another port than CHORUS_PORT: both are ${port}`)
}

/** Only these roles look at tokens: a gateway and a dispatcher need no key. */
export const checksTokens = (config: Config): boolean => has(config, 'comments') || has(config, 'realtime')

function requireClusterSecret({ registry, clusterSecret, tokenKey }: Config): void {
  if (registry.kind !== 'memory' && clusterSecret === null && tokenKey !== null)
    throw new ConfigError(
      'CHORUS_CLUSTER_SECRET must be set on every node, to the same, when tokens come with CHORUS_JWKS_URL',
    )
}

/** Demo mode hands out any name to anyone: on one machine, for its own users, and nowhere else. */
function requireKey(config: Config): void {
  const { tokenKey, host, registry, store } = config
  if (tokenKey !== null || !checksTokens(config)) return
  const mend = 'set CHORUS_JWT_SECRET or CHORUS_JWKS_URL'
  if (registry.kind !== 'memory' || store.kind !== 'embedded')
    throw new ConfigError(
      `demo mode, without a key for tokens, is for one machine and its embedded store: ${mend}`,
    )
  if (!loopback.test(host))
    throw new ConfigError(
      `CHORUS_HOST=${host} would let others in, but without CHORUS_JWT_SECRET or CHORUS_JWKS_URL anyone could take any name (demo mode): set one of them`,
    )
}
