import { type Author, type Role, roles } from '../domain/comment.ts'

/** Where the client gets its token from. */
export interface TokenSource {
  /** The token to send; null: none, the person has not signed in. */
  current(): Promise<string | null>
  /** Called when the server refused the token: a new one, or null when there is none to be had. */
  renew(): Promise<string | null>
}

/** What a token says about its bearer. Read for show only: the server checks it. */
export interface TokenContent {
  author: Author
  role: Role
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Reads the claims of a JWT; null when it is none. */
export function readToken(token: string): TokenContent | null {
  const claims = readClaims(token)
  if (typeof claims?.sub !== 'string') return null
  const role = roles.find((known) => known === claims.role) ?? 'viewer'
  const name = typeof claims.name === 'string' ? claims.name : claims.sub
  const expiresAt = typeof claims.exp === 'number' ? claims.exp * 1_000 : Number.POSITIVE_INFINITY
  const author: Author = {
    id: claims.sub,
    name,
    ...(typeof claims.picture === 'string' && { avatarUrl: claims.picture }),
    ...(role !== 'viewer' && { role }),
  }
  return { author, role, expiresAt }
}

function readClaims(token: string): Record<string, unknown> | null {
  const [, payload = ''] = token.split('.')
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    )
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null
  } catch {
    return null
  }
}
