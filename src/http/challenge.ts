import type { ProblemCode } from '../domain/errors.ts'

/** What RFC 6750 calls the refusals that are about a token; null: there was none. */
const errors: Partial<Record<ProblemCode, 'invalid_token' | 'insufficient_scope' | null>> = {
  unauthenticated: null,
  token_invalid: 'invalid_token',
  token_expired: 'invalid_token',
  not_allowed: 'insufficient_scope',
  video_not_allowed: 'insufficient_scope',
}

/**
 * The `WWW-Authenticate` of a refusal (RFC 6750, 3); null for one that is not about a token.
 * @param description why; without one of its own, the problem's title
 */
export function challengeOf(code: ProblemCode, description: string): string | null {
  const error = errors[code]
  if (error === undefined) return null
  const realm = 'Bearer realm="chorus"'
  return error === null ? realm : `${realm}, error="${error}", error_description="${printable(description)}"`
}

/** RFC 6750 allows these characters alone: no quotes, no backslashes, nothing but ASCII. */
const printable = (text: string): string => text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'")
