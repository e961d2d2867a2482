import { errors, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose'
import { ChorusError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import { type Claims, identityOf } from './claims.ts'
import type { Identity } from './identity.ts'
import { defaultProviderKeysOptions, ProviderKeys } from './provider-keys.ts'
import { tokenRefusal } from './token-refusal.ts'
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

export interface TokenVerifierDeps {
  clock: Pick<Clock, 'now' | 'elapsed'>
  /** Told when the keys of the provider cannot be fetched, once each time. */
  report: (error: unknown) => void
}

/** Tokens are short; a longer one is an attack. */
const tokenCharactersMax = 4_096
/** Leeway for `nbf`, as the clock of the platform may be ahead of ours. There is none for `exp`: a token ends when it says. */
const leewaySeconds = 10

export function tokenVerifier(key: TokenKey, wanted: WantedClaims, deps: TokenVerifierDeps): VerifyToken {
  const { clock } = deps
  const verify = key.kind === 'secret' ? withSecret(key.secret) : withJwks(key.url, deps)
  const verified = new VerifiedTokens(clock)
  return async (token) => {
    if (token.length > tokenCharactersMax)
      throw new ChorusError('token_invalid', `It has more than ${tokenCharactersMax} characters.`)
    const known = verified.find(token)
    if (known) return known
    const options = { ...wanted, clockTolerance: leewaySeconds, currentDate: new Date(clock.now()) }
    const identity = identityOf(await checked(() => verify(token, options)))
    if (identity.expiresAt <= clock.now()) throw new ChorusError('token_expired')
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

const requiredClaims = ['exp', 'sub']

function withSecret(secret: string) {
  const key = importSecret(secret)
  return async (token: string, options: JWTVerifyOptions) =>
    jwtVerify(token, await key, { ...options, requiredClaims, algorithms: ['HS256'] })
}

function withJwks(url: string, deps: TokenVerifierDeps) {
  const keys = new ProviderKeys(url, deps)
  const algorithms = ['RS256', 'ES256', 'EdDSA']
  return (token: string, options: JWTVerifyOptions) =>
    jwtVerify(token, keys.find, { ...options, requiredClaims, algorithms })
}

async function checked(verify: () => Promise<{ payload: unknown }>): Promise<unknown> {
  try {
    return (await verify()).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new ChorusError('token_expired')
    if (isKeyFailure(error)) throw new ChorusError('keys_unavailable', null, keysRetryMs)
    throw new ChorusError('token_invalid', tokenRefusal(error))
  }
}

/** No fetch of the keys begins sooner after one that has failed. */
const keysRetryMs = defaultProviderKeysOptions.pauseMs

const keyFailures = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']

/** Whether the keys could not be had, or what came were none: that is no fault of the token, and passes. */
const isKeyFailure = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || keyFailures.includes(error.code)
