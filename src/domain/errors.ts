/**
 * Every error that a request can get: one closed table. A code is never reused for another meaning.
 * `retryable`: the same request may succeed later, unchanged.
 */
export const problems = {
  invalid_json: { status: 400, retryable: false, title: 'The body is not valid JSON.' },
  invalid_request: { status: 400, retryable: false, title: 'The request is not what this address takes.' },
  invalid_live_video_id: { status: 400, retryable: false, title: 'That is not a LiveVideoId.' },
  invalid_text: { status: 400, retryable: false, title: 'The text of the comment cannot be accepted.' },
  invalid_cursor: { status: 400, retryable: false, title: 'The cursor is not one of this live video.' },
  invalid_position: { status: 400, retryable: false, title: 'The last event id is not a position.' },
  invalid_idempotency_key: {
    status: 400,
    retryable: false,
    title: 'The Idempotency-Key cannot be accepted.',
  },
  unauthenticated: { status: 401, retryable: false, title: 'This needs a token.' },
  token_invalid: { status: 401, retryable: false, title: 'The token is not valid here.' },
  token_expired: { status: 401, retryable: false, title: 'The token has expired.' },
  not_allowed: { status: 403, retryable: false, title: 'The role in the token does not allow this.' },
  video_not_allowed: { status: 403, retryable: false, title: 'The token is not good for this live video.' },
  comments_closed: { status: 403, retryable: false, title: 'Comments are closed for this live video.' },
  not_found: { status: 404, retryable: false, title: 'Nothing is at this address.' },
  comment_not_found: { status: 404, retryable: false, title: 'This live video has no such comment.' },
  method_not_allowed: { status: 405, retryable: false, title: 'This address does not take that method.' },
  request_timeout: { status: 408, retryable: true, title: 'The request took too long to arrive.' },
  unknown_reply_target: { status: 409, retryable: false, title: 'The comment replied to does not exist.' },
  unknown_pin_target: { status: 409, retryable: false, title: 'The comment to pin does not exist.' },
  comment_removed: { status: 410, retryable: false, title: 'The comment was accepted and later removed.' },
  body_too_large: { status: 413, retryable: false, title: 'The body is too large.' },
  unsupported_media_type: { status: 415, retryable: false, title: 'The body must be application/json.' },
  rate_limited: { status: 429, retryable: true, title: 'Too many comments in a short time.' },
  slow_mode: { status: 429, retryable: true, title: 'Slow mode is on for this live video.' },
  too_many_requests: {
    status: 429,
    retryable: true,
    title: 'Too many requests of this client are waiting already.',
  },
  headers_too_large: { status: 431, retryable: false, title: 'The request headers are too large.' },
  internal: { status: 500, retryable: true, title: 'Something went wrong on our side.' },
  overloaded: { status: 503, retryable: true, title: 'Too many requests are waiting.' },
  store_unavailable: { status: 503, retryable: true, title: 'The store cannot be reached.' },
  keys_unavailable: {
    status: 503,
    retryable: true,
    title: 'The keys that tokens are checked with cannot be reached.',
  },
  node_unreachable: {
    status: 503,
    retryable: true,
    title: 'The node that serves this cannot be reached right now.',
  },
  not_ready: { status: 503, retryable: true, title: 'This process cannot do its work right now.' },
  stopping: { status: 503, retryable: true, title: 'This server is stopping.' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>

export type ProblemCode = keyof typeof problems

/** A refusal with a code of the table; whoever answers the request turns it into problem+json. */
export class ChorusError extends Error {
  readonly code: ProblemCode
  /** When the same request may succeed, in milliseconds from now. */
  readonly retryAfterMs: number | null

  /** @param cause what went wrong underneath: for the log, never for the client */
  constructor(
    code: ProblemCode,
    detail: string | null = null,
    retryAfterMs: number | null = null,
    cause: unknown = undefined,
  ) {
    super(detail ?? problems[code].title, { cause })
    this.name = 'ChorusError'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}
