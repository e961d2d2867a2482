/** What each realtime node receives: everything, the partitions it needs, or the live videos it needs. */
export const redisModes = ['firehose', 'partitioned', 'video'] as const
export type RedisMode = (typeof redisModes)[number]

export interface RedisAddress {
  host: string
  port: number
}

/** What an address such as `redis://host:6379?mode=video` asks for. */
export interface RedisTarget {
  /** One server, or those of a cluster that are asked first. */
  seeds: RedisAddress[]
  cluster: boolean
  tls: boolean
  username: string | null
  password: string | null
  mode: RedisMode
  /** Channels of the mode `partitioned`. */
  partitions: number
  /** Begins every channel, so that two installations can share a Redis: its channels know no databases. */
  prefix: string
}

/** A setting that no waiting mends; the message is one line for whoever started the server. */
export class RedisConfigError extends Error {
  override readonly name = 'RedisConfigError'
}

const takes =
  'redis://[user:password@]host:6379[,host:6379…]?mode=firehose|partitioned|video&partitions=128&cluster=true&prefix=chorus'
const shape = /^(rediss?):\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/?(?:\?([^#]*))?$/
const hostAndPort = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i
const names = ['mode', 'partitions', 'cluster', 'prefix'] as const

/**
 * Reads `redis://` (`rediss://`: over TLS) and what follows. A message repeats nothing of the address: a password that
 * was not percent-encoded may stand anywhere in it.
 * @throws RedisConfigError
 */
export function parseRedisUrl(url: string): RedisTarget {
  const [, scheme, user, hosts = '', query = ''] = shape.exec(url) ?? []
  if (scheme === undefined) refuse(`it takes ${takes}`)
  const value = readQuery(query)
  const target = {
    seeds: hosts.split(',').map(parseAddress),
    tls: scheme === 'rediss',
    ...parseUser(user),
    mode: oneOf('mode', value.mode ?? 'video', redisModes),
    partitions: parsePartitions(value.partitions ?? '128'),
    cluster: oneOf('cluster', value.cluster ?? 'false', ['true', 'false']) === 'true',
    prefix: value.prefix ?? 'chorus',
  }
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(target.prefix)) refuse('prefix takes 1 to 64 of A–Z a–z 0–9 . _ -')
  if (value.partitions !== undefined && target.mode !== 'partitioned')
    refuse('partitions goes with mode=partitioned')
  if (target.seeds.length > 1 && !target.cluster) refuse('several hosts go with cluster=true')
  return target
}

function refuse(what: string): never {
  throw new RedisConfigError(`the address of Redis is not right: ${what}`)
}

function readQuery(query: string): Partial<Record<(typeof names)[number], string>> {
  const entries = [...new URLSearchParams(query)]
  if (entries.some(([name]) => !(names as readonly string[]).includes(name)))
    refuse(`it has no parameters but ${names.join(', ')}`)
  if (new Set(entries.map(([name]) => name)).size < entries.length) refuse('a parameter stands there twice')
  return Object.fromEntries(entries)
}

function parseAddress(text: string): RedisAddress {
  const [, host = '', port = '6379'] = hostAndPort.exec(text) ?? []
  if (!host || Number(port) < 1 || Number(port) > 65_535)
    refuse('a host takes a name or an address, and a port from 1 to 65535: host:6379')
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function parseUser(user: string | undefined): Pick<RedisTarget, 'username' | 'password'> {
  if (user === undefined) return { username: null, password: null }
  const [, username = '', password = ''] = /^([^:]*):(.*)$/.exec(user) ?? []
  try {
    if (password !== '')
      return { username: decodeURIComponent(username) || null, password: decodeURIComponent(password) }
  } catch {
    // A percent sign that begins no percent-encoded character.
  }
  return refuse('what stands before @ takes user:password or :password, percent-encoded')
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value)
  return found ?? refuse(`${name} takes ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`)
}

function parsePartitions(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) refuse('partitions takes a whole number from 1 to 9999')
  return Number(value)
}
