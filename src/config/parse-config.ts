import { isIP } from 'node:net'
import type { TokenKey } from '../auth/tokens.ts'
import type { PostLimit } from '../comments/post-limit.ts'
import { allRoles, type Config, gatewayModes, logLevels, type Role } from './config.ts'
import { parseBus, parseRegistry, parseStore } from './engines.ts'
import { refuse } from './errors.ts'
import { requireWhole } from './fit.ts'
import { parseSecret, parseTokenKey } from './keys.ts'
import { withSecretFiles } from './secret-files.ts'
import { settings, type Values, type Variable } from './settings.ts'
import { parseOneOf, parseOrigin, parseWhole } from './values.ts'

export type { Values }

/** Checks everything once. @throws ConfigError, naming the variable and what it takes */
export function parseConfig(given: Values): Config {
  const values = withSecretFiles(given)
  const read = (variable: Variable) => values[variable]?.trim() || defaults[variable]
  const tokenKey = parseTokenKey(read('CHORUS_JWT_SECRET'), read('CHORUS_JWKS_URL'))
  const config: Config = {
    port: parseWhole('CHORUS_PORT', read('CHORUS_PORT'), 0, 65_535),
    internalPort: parseInternalPort(read('CHORUS_PORT_INTERNAL')),
    host: read('CHORUS_HOST'),
    roles: parseRoles(read('CHORUS_ROLES')),
    store: parseStore(read('CHORUS_STORE')),
    bus: parseBus(read('CHORUS_BUS')),
    registry: parseRegistry(read('CHORUS_REGISTRY')),
    nodeUrl: parseOrigin('CHORUS_NODE_URL', read('CHORUS_NODE_URL')),
    peers: parsePeers(read('CHORUS_PEERS')),
    tokenKey,
    tokenIssuer: read('CHORUS_JWT_ISSUER') || null,
    tokenAudience: read('CHORUS_JWT_AUDIENCE') || null,
    clusterSecret: parseClusterSecret(read('CHORUS_CLUSTER_SECRET'), tokenKey),
    postLimit: parsePostLimit(read('CHORUS_POST_LIMIT')),
    streamLimit: parseLimit('CHORUS_STREAM_LIMIT', read('CHORUS_STREAM_LIMIT')),
    readLimit: parseLimit('CHORUS_READ_LIMIT', read('CHORUS_READ_LIMIT')),
    corsOrigins: parseCorsOrigins(read('CHORUS_CORS_ORIGINS')),
    trustProxy: parseTrustProxy(read('CHORUS_TRUST_PROXY')),
    gateway: parseOneOf('CHORUS_GATEWAY', read('CHORUS_GATEWAY'), gatewayModes),
    spreadAbove: parseWhole('CHORUS_SPREAD_ABOVE', read('CHORUS_SPREAD_ABOVE'), 10, 10_000_000),
    workers: parseWhole('CHORUS_WORKERS', read('CHORUS_WORKERS'), 1, 256),
    logLevel: parseOneOf('CHORUS_LOG_LEVEL', read('CHORUS_LOG_LEVEL') || 'info', logLevels),
  }
  requireWhole(config)
  return Object.freeze(config)
}

const defaults = Object.fromEntries(settings.map((setting) => [setting.variable, setting.default])) as Record<
  Variable,
  string
>

const postWindowMsMax = 24 * 3_600_000
const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

function parseRoles(value: string): Role[] {
  const roles = value.split(',').map((role) => parseOneOf('CHORUS_ROLES', role.trim(), allRoles))
  return allRoles.filter((role) => roles.includes(role))
}

/** Without one of its own it is the tokens' secret, which every node has already. */
function parseClusterSecret(secret: string, tokenKey: TokenKey | null): string | null {
  if (secret) return parseSecret(secret, 'CHORUS_CLUSTER_SECRET')
  return tokenKey?.kind === 'secret' ? tokenKey.secret : null
}

function parsePostLimit(value: string): PostLimit | null {
  if (value === 'off') return null
  const [, count = '', length = '', name = ''] = /^(\d{1,6})\/(\d{1,6})(ms|s|m|h)$/.exec(value) ?? []
  const windowMs = Number(length) * (unit[name as keyof typeof unit] ?? 0)
  if (Number(count) < 1 || windowMs < 1 || windowMs > postWindowMsMax)
    refuse('CHORUS_POST_LIMIT', value, 'comments/time such as 10/10s or 60/1m, a day at most, or off')
  return { comments: Number(count), windowMs }
}

const parsePeers = (value: string): string[] =>
  value === '' ? [] : value.split(',').flatMap((url) => parseOrigin('CHORUS_PEERS', url.trim()) ?? [])

const namedRanges = ['loopback', 'linklocal', 'uniquelocal']

/** As `http/client.ts` reads it. */
function parseTrustProxy(value: string): string[] | null {
  if (value === '') return null
  const ranges = value.split(',').map((range) => range.trim())
  if (!ranges.every((range) => namedRanges.includes(range) || isRange(range)))
    refuse(
      'CHORUS_TRUST_PROXY',
      value,
      `addresses or ranges such as 10.0.0.0/8, or ${namedRanges.join(', ')}`,
    )
  return ranges
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return (
    rest.length === 0 &&
    bitsMax > 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax))
  )
}

const parseLimit = (variable: Variable, value: string): number | null =>
  value === 'off' ? null : parseWhole(variable, value, 1, 1_000_000)

function parseCorsOrigins(value: string): Config['corsOrigins'] {
  if (value === '*') return '*'
  const origins = value === 'none' ? [] : value.split(',').map((origin) => origin.trim())
  if (!origins.every(isOrigin))
    refuse('CHORUS_CORS_ORIGINS', value, '*, none, or origins such as https://example.org, with commas')
  return origins
}

/** As browsers write it: in small letters, without a path, and without the port that the scheme has anyway. */
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

const parseInternalPort = (value: string): number | null =>
  value === '' ? null : parseWhole('CHORUS_PORT_INTERNAL', value, 1, 65_535)
