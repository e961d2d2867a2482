import { ConfigError, refuse } from './errors.ts'

/** What stands behind each port. The addresses of servers are checked further by the adapters that know them. */
export type StoreConfig = { kind: 'embedded'; folder: string } | { kind: 'postgres'; url: string }

export type BusConfig =
  | { kind: 'memory' }
  | { kind: 'dispatched' }
  | { kind: 'redis'; url: string }
  | { kind: 'kafka'; url: string }

export type RegistryConfig =
  | { kind: 'memory' }
  | { kind: 'zookeeper'; hosts: string; path: string; sessionTimeoutMs: number }

const schemed = /^([a-z][a-z0-9+]*):\/\//i

export function parseStore(value: string): StoreConfig {
  const [, scheme] = schemed.exec(value) ?? []
  if (scheme === undefined) return { kind: 'embedded', folder: value }
  // An address may hold a password: it is never repeated.
  if (!/^postgres(ql)?$/.test(scheme) || !URL.canParse(value))
    throw new ConfigError('CHORUS_STORE takes a folder or postgres://user:password@host:5432/database')
  return { kind: 'postgres', url: value }
}

export function parseBus(value: string): BusConfig {
  if (value === 'memory:') return { kind: 'memory' }
  if (value === 'dispatched:') return { kind: 'dispatched' }
  if (/^rediss?:\/\/./.test(value)) return { kind: 'redis', url: value }
  if (/^kafka:\/\/./.test(value)) return { kind: 'kafka', url: value }
  throw new ConfigError(
    'CHORUS_BUS takes memory:, dispatched:, redis://host:6379?mode=video or kafka://host:9092/topic',
  )
}

const zookeeper = /^zookeeper:\/\/([^/?#@]+)(\/[A-Za-z0-9._/-]*)?(?:\?sessionTimeoutMs=(\d{3,5}))?$/
const defaultSessionTimeoutMs = '3000'

export function parseRegistry(value: string): RegistryConfig {
  if (value === 'memory:') return { kind: 'memory' }
  const takes = 'memory: or zookeeper://host:2181,host:2181/chorus?sessionTimeoutMs=3000'
  const [, hosts, path = '/chorus', timeout = defaultSessionTimeoutMs] = zookeeper.exec(value) ?? []
  if (hosts === undefined || !hosts.split(',').every((host) => /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host)))
    refuse('CHORUS_REGISTRY', value, takes)
  if (/\/\/|\/\.{0,2}(\/|$)/.test(path))
    refuse('CHORUS_REGISTRY', value, `${takes}: a path without empty parts`)
  const withPorts = hosts.split(',').map((host) => (host.includes(':') ? host : `${host}:2181`))
  return { kind: 'zookeeper', hosts: withPorts.join(','), path, sessionTimeoutMs: Number(timeout) }
}
