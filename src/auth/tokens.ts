import {
  createRemoteJWKSet,
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose'
import { ChorusError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import { type Claims, identityOf } from './claims.ts'
import type { Identity } from './identity.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** Which key tokens are signed with; with it the algorithms are given, and the token has no say in them. */
export type TokenKey = { kind: 'secret'; secret: string } | { kind: 'jwks'; url: string }

/** Reads a token. @throws ChorusError `token_invalid` or `token_expired` */
export type VerifyToken = (token: string) => Promise<Identity>

/**
 * What `iss` and `aud` must be. To be set where the keys sign tokens for other applications as well (RFC 8725, 3.8 and
 * 3.9): without it theirs are good here, too.
 */
export interface WantedClaims {
  issuer?: string
  audience?: string
}

/** Tokens are short; a longer one is an attack. */
const tokenCharactersMax = 4_096

export function tokenVerifier(
  key: TokenKey,
  wanted: WantedClaims = {},
  clock: Pick<Clock, 'now'> = Date,
): VerifyToken {
  const verify = key.kind === 'secret' ? withSecret(key.secret, wanted) : withJwks(key.url, wanted)
  const verified = new VerifiedTokens(clock)
  return async (token) => {
    if (token.length > tokenCharactersMax) throw new ChorusError('token_invalid')
    const known = verified.find(token)
    if (known) return known
    const identity = identityOf(await verify(token))
    verified.remember(token, identity)
    return identity
  }
}

/** Importing a key costs more than using it; one import serves all. */
export const importSecret = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

export async function signToken(secret: string, claims: Claims): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(await importSecret(secret))
}

function withSecret(secret: string, wanted: WantedClaims) {
  const key = importSecret(secret)
  return (token: string) => checked(async () => jwtVerify(token, await key, options(['HS256'], wanted)))
}

function withJwks(url: string, wanted: WantedClaims) {
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(url))
  return (token: string) =>
    checked(() => jwtVerify(token, keys, options(['RS256', 'ES256', 'EdDSA'], wanted)))
}

const options = (algorithms: string[], wanted: WantedClaims): JWTVerifyOptions => ({
  algorithms,
  requiredClaims: ['exp', 'sub'],
  ...wanted,
})

async function checked(verify: () => Promise<{ payload: unknown }>): Promise<unknown> {
  try {
    return (await verify()).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new ChorusError('token_expired')
    if (isKeyFailure(error)) throw new ChorusError('keys_unavailable', null, 2_000)
    throw new ChorusError('token_invalid')
  }
}

const keyFailures = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']

/** Whether the keys could not be had, or what came were none: that is no fault of the token, and passes. */
const isKeyFailure = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || keyFailures.includes(error.code)
