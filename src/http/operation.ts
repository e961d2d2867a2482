import type { z } from 'zod'
import type { ProblemCode } from '../domain/errors.ts'

/**
 * Whether a route asks for a token. `optional`: it serves everyone, and holds a request that brings a token, a cookie or
 * a ticket to it.
 */
export type Access = 'open' | 'token' | 'optional'

/** What /openapi.json says of a route, beside the schemas that its requests are checked by. */
export interface Operation {
  /** What generated clients call it. It stays as it is while the route exists. */
  id: string
  tag: 'comments' | 'live videos' | 'dispatch' | 'demo'
  summary: string
  description?: string
  access: Access
  /** Headers that the route reads by itself: checked by a schema, every request's headers would be copied. */
  headers?: z.ZodObject
  /** What each status below 400 means. */
  answers: Record<number, string>
  /** It answers with server-sent events. */
  isStream?: boolean
  /** The codes of its own. Those of all routes of its kind are added, see `problemsOf`. */
  problems: ProblemCode[]
}

declare module 'fastify' {
  interface FastifySchema {
    /** A route without it is no part of the interface, and not in the document. */
    operation?: Operation
  }
}

/** What the store and the way to it can come to. */
export const storeProblems: ProblemCode[] = ['overloaded', 'store_unavailable', 'node_unreachable']

/** The same for reading, which is shared by client. */
export const readingProblems: ProblemCode[] = ['too_many_requests', ...storeProblems]

/** What every route answers that is asked for nonsense, or breaks. */
const anyRoute: ProblemCode[] = ['invalid_request', 'request_timeout', 'headers_too_large', 'internal']

/** What comes with a body, or may; the server takes no changes while it stops. */
const writing: ProblemCode[] = ['invalid_json', 'body_too_large', 'unsupported_media_type', 'stopping']

const credentials: Record<Access, ProblemCode[]> = {
  open: [],
  optional: ['token_invalid', 'token_expired', 'video_not_allowed'],
  token: ['unauthenticated', 'token_invalid', 'token_expired', 'video_not_allowed', 'keys_unavailable'],
}

/** Every code that a route can answer, its own first. */
export function problemsOf(method: string, { access, problems }: Operation): ProblemCode[] {
  const kind = method === 'GET' ? [] : writing
  return [...new Set([...problems, ...credentials[access], ...kind, ...anyRoute])]
}
