import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '../auth/identity.ts'
import type { VerifyToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'

/** As much of a request as tells who asks. */
type WithHeaders = { headers: IncomingHttpHeaders }

/** The token of an `Authorization: Bearer` header; null without one. @throws ChorusError `token_invalid` */
export function bearerToken(request: WithHeaders): string | null {
  const { authorization } = request.headers
  if (authorization === undefined) return null
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization)?.[1]
  if (token === undefined)
    throw new ChorusError('token_invalid', 'The Authorization header is not a Bearer token.')
  return token
}

/** The token of the `chorus_token` cookie. Only for reading: a cookie comes along with requests of other sites too. */
export function cookieToken(request: WithHeaders): string | null {
  return /(?:^|;\s*)chorus_token=([A-Za-z0-9._~+/=-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? null
}

/** Who asks, for a request that needs to know. @throws ChorusError `unauthenticated`, `token_invalid` or `token_expired` */
export async function requireIdentity(request: WithHeaders, verify: VerifyToken): Promise<Identity> {
  const token = bearerToken(request)
  if (token === null) throw new ChorusError('unauthenticated')
  return verify(token)
}
