import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Identity } from '../auth/identity.ts'
import type { VerifyToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'

/** The parts of a request that identify its author. */
type WithHeaders = { headers: IncomingHttpHeaders }

/**
 * The token of an `Authorization: Bearer` header; null without one. A header of another scheme is a proxy's in front,
 * which browsers repeat for it.
 * @throws ChorusError `token_invalid` for one that is meant to be a Bearer token and is none
 */
export function bearerToken({ headers: { authorization } }: WithHeaders): string | null {
  if (authorization === undefined || isOtherScheme(authorization)) return null
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1]
  if (token === undefined)
    throw new ChorusError('token_invalid', 'The Authorization header is not a Bearer token.')
  return token
}

/** A scheme and what it brings. A single word is more likely a token whose scheme was forgotten. */
const isOtherScheme = (authorization: string): boolean =>
  /^(?!Bearer )[A-Za-z0-9._~+-]+ +\S/i.test(authorization)

/** The cookie's name, first in the spellings that a browser takes from this very host, or over TLS, alone. */
const cookieNames = ['__Host-chorus_token', '__Secure-chorus_token', 'chorus_token']

/**
 * The token of the `chorus_token` cookie; null without one, or an empty one. Only for reading: a cookie comes along with
 * requests of other sites too. The check of tokens judges what it holds: an invalid cookie never makes a viewer anonymous.
 */
export function cookieToken({ headers: { cookie = '' } }: WithHeaders): string | null {
  const cookies = cookie.split(';').map((pair) => pair.trim())
  for (const name of cookieNames) {
    const found = cookies.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
    const token = found?.replace(/^"(.*)"$/, '$1')
    if (token) return token
  }
  return null
}

/**
 * The identity of a request that needs one.
 * @throws ChorusError `unauthenticated`, `token_invalid` or `token_expired`
 */
async function requireIdentity(request: WithHeaders, verify: VerifyToken): Promise<Identity> {
  const token = bearerToken(request)
  if (token !== null) return verify(token)
  if (request.headers.authorization === undefined) throw new ChorusError('unauthenticated')
  throw new ChorusError('unauthenticated', 'The Authorization header has another scheme than Bearer.')
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The author that a route with `authenticate` was asked by; null at other routes. */
    identity: Identity | null
  }
}

/**
 * A hook for routes that need a token. It runs before the body is read and checked, so that a request without a good token
 * costs little and learns nothing else. @throws ChorusError `unauthenticated`, `token_invalid` or `token_expired`
 */
export const authenticate = (verify: VerifyToken) => async (request: FastifyRequest) => {
  request.identity = await requireIdentity(request, verify)
}

/** @throws ChorusError `unauthenticated` at a route without `authenticate` */
export function identityOf({ identity }: FastifyRequest): Identity {
  if (identity === null) throw new ChorusError('unauthenticated')
  return identity
}
