import type { TokenKey } from './auth/tokens.ts'
import type { PostLimit } from './comments/post-limit.ts'
import { settings, type Variable } from './settings.ts'

/** A setting that cannot be; the message is one line for whoever started the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Values by variable name, wherever they came from. */
export type Values = Partial<Record<Variable, string | undefined>>

export interface Config {
  port: number
  host: string
  roles: readonly string[]
  storeFolder: string
  /** Null: made from the host and the port that is listened on. */
  nodeUrl: string | null
  /** Null is demo mode. */
  tokenKey: TokenKey | null
  /** What `iss` and `aud` of a token must be; null is anything. */
  tokenIssuer: string | null
  tokenAudience: string | null
  postLimit: PostLimit | null
  streamLimit: number | null
  logLevel: string
}

/** Checks everything once. @throws ConfigError, naming the variable and what it takes */
export function parseConfig(values: Values): Config {
  const read = (variable: Variable) => values[variable]?.trim() || defaults[variable]
  const config: Config = {
    port: parseWhole('CHORUS_PORT', read('CHORUS_PORT'), 0, 65_535),
    host: read('CHORUS_HOST'),
    roles: parseRoles(read('CHORUS_ROLES')),
    storeFolder: parseStore(read('CHORUS_STORE')),
    nodeUrl: parseUrl('CHORUS_NODE_URL', read('CHORUS_NODE_URL')),
    tokenKey: parseTokenKey(read('CHORUS_JWT_SECRET'), read('CHORUS_JWKS_URL')),
    tokenIssuer: read('CHORUS_JWT_ISSUER') || null,
    tokenAudience: read('CHORUS_JWT_AUDIENCE') || null,
    postLimit: parsePostLimit(read('CHORUS_POST_LIMIT')),
    streamLimit: parseStreamLimit(read('CHORUS_STREAM_LIMIT')),
    logLevel: parseOneOf('CHORUS_LOG_LEVEL', read('CHORUS_LOG_LEVEL') || 'info', logLevels),
  }
  parseMemoryOnly('CHORUS_BUS', read('CHORUS_BUS'))
  parseMemoryOnly('CHORUS_REGISTRY', read('CHORUS_REGISTRY'))
  parseWorkers(read('CHORUS_WORKERS'))
  requireLoopbackInDemoMode(config)
  return Object.freeze(config)
}

const defaults = Object.fromEntries(settings.map((setting) => [setting.variable, setting.default])) as Record<
  Variable,
  string
>

const allRoles = ['comments', 'realtime', 'dispatcher', 'gateway']
const logLevels = ['debug', 'info', 'warn', 'error', 'silent']
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/
const postWindowMsMax = 24 * 3_600_000
const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

function refuse(variable: Variable, value: string, takes: string): never {
  throw new ConfigError(`${variable} takes ${takes}; it is ${JSON.stringify(value)}`)
}

function parseWhole(variable: Variable, value: string, min: number, max: number): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || number > max)
    refuse(variable, value, `a whole number from ${min} to ${max}`)
  return number
}

function parseOneOf(variable: Variable, value: string, known: string[]): string {
  if (!known.includes(value)) refuse(variable, value, `one of ${known.join(', ')}`)
  return value
}

function parseUrl(variable: Variable, value: string): string | null {
  if (value === '') return null
  const url = URL.canParse(value) ? new URL(value) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    refuse(variable, value, 'an http:// or https:// address')
  return value.replace(/\/$/, '')
}

function parseRoles(value: string): string[] {
  const roles = value.split(',').map((role) => role.trim())
  for (const role of roles) parseOneOf('CHORUS_ROLES', role, allRoles)
  if (new Set(roles).size < allRoles.length)
    refuse(
      'CHORUS_ROLES',
      value,
      'all four roles while the store, the bus and the registry are those of one process',
    )
  return roles
}

function parseStore(value: string): string {
  if (/^[a-z][a-z0-9+]*:\/\//i.test(value))
    refuse('CHORUS_STORE', value, 'a folder: this version has the embedded store')
  return value
}

function parseMemoryOnly(variable: 'CHORUS_BUS' | 'CHORUS_REGISTRY', value: string): void {
  if (value !== 'memory:') refuse(variable, value, 'memory: in this version')
}

function parseWorkers(value: string): void {
  if (parseWhole('CHORUS_WORKERS', value, 1, 256) > 1)
    refuse('CHORUS_WORKERS', value, '1 while the bus is memory:, which no second process can hear')
}

function parseTokenKey(secret: string, jwksUrl: string): TokenKey | null {
  if (secret && jwksUrl)
    throw new ConfigError('CHORUS_JWT_SECRET and CHORUS_JWKS_URL are both set; keep one of them')
  if (secret) return { kind: 'secret', secret: parseSecret(secret) }
  const url = parseUrl('CHORUS_JWKS_URL', jwksUrl)
  return url === null ? null : { kind: 'jwks', url }
}

/** @throws ConfigError without the value in it: it may well be the real one, cut short */
export function parseSecret(secret: string): string {
  if (secret.trim().length < 32)
    throw new ConfigError('CHORUS_JWT_SECRET takes 32 characters or more: `openssl rand -hex 32` makes one')
  return secret.trim()
}

function parsePostLimit(value: string): PostLimit | null {
  if (value === 'off') return null
  const [, count = '', length = '', name = ''] = /^(\d{1,6})\/(\d{1,6})(ms|s|m|h)$/.exec(value) ?? []
  const windowMs = Number(length) * (unit[name as keyof typeof unit] ?? 0)
  if (Number(count) < 1 || windowMs < 1 || windowMs > postWindowMsMax)
    refuse('CHORUS_POST_LIMIT', value, 'comments/time such as 10/10s or 60/1m, a day at most, or off')
  return { comments: Number(count), windowMs }
}

const parseStreamLimit = (value: string): number | null =>
  value === 'off' ? null : parseWhole('CHORUS_STREAM_LIMIT', value, 1, 1_000_000)

function requireLoopbackInDemoMode({ tokenKey, host }: Config): void {
  if (tokenKey === null && !loopback.test(host))
    throw new ConfigError(
      `CHORUS_HOST=${host} would let others in, but without CHORUS_JWT_SECRET or CHORUS_JWKS_URL anyone could take any name (demo mode): set one of them`,
    )
}
