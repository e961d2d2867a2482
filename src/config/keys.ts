import type { TokenKey } from '../auth/tokens.ts'
import { ConfigError } from './errors.ts'
import { parseUrl } from './values.ts'

export function parseTokenKey(secret: string, jwksUrl: string): TokenKey | null {
  if (secret && jwksUrl)
    throw new ConfigError('CHORUS_JWT_SECRET and CHORUS_JWKS_URL are both set; keep one of them')
  if (secret) return { kind: 'secret', secret: parseSecret(secret) }
  const url = parseUrl('CHORUS_JWKS_URL', jwksUrl)
  if (url !== null && new URL(url).username + new URL(url).password !== '')
    throw new ConfigError('CHORUS_JWKS_URL takes an address without user and password: keys are public')
  return url === null ? null : { kind: 'jwks', url }
}

/** @throws ConfigError without the value in it: it may well be the real one, cut short */
export function parseSecret(
  secret: string,
  variable: 'CHORUS_JWT_SECRET' | 'CHORUS_CLUSTER_SECRET' = 'CHORUS_JWT_SECRET',
): string {
  if (secret.trim().length < 32)
    throw new ConfigError(`${variable} takes 32 characters or more: \`openssl rand -hex 32\` makes one`)
  return secret.trim()
}
