import { type ProblemCode, problems } from '../domain/errors.ts'

/** Why a request did not succeed: a code of the server's table, or `network` when no answer came. */
export interface Failure {
  code: ProblemCode | 'network'
  /** In English, to be shown. */
  message: string
  /** The same request may succeed later, unchanged. */
  retryable: boolean
  /** The wait that the server asked for, in milliseconds. */
  retryAfterMs: number | null
  /** False when the request may have taken effect although no good answer came. */
  refused: boolean
}

export const networkFailure: Failure = Object.freeze({
  code: 'network',
  message: 'The server could not be reached.',
  retryable: true,
  retryAfterMs: null,
  refused: false,
})

/** A failure of the table, found on this side of the wire. */
export const failureOf = (code: ProblemCode, message: string = problems[code].title): Failure => ({
  code,
  message,
  retryable: problems[code].retryable,
  retryAfterMs: null,
  refused: problems[code].status < 500,
})

/** Reads a problem (RFC 9457), or makes one up from the status when a proxy answered in its own words. */
export function failureFrom(status: number, body: unknown, retryAfter: string | null): Failure {
  const problem = isRecord(body) ? body : {}
  const code = isProblemCode(problem.code) ? problem.code : codeOfStatus(status)
  return {
    code,
    message: text(problem.detail) ?? text(problem.title) ?? problems[code].title,
    retryable: typeof problem.retryable === 'boolean' ? problem.retryable : problems[code].retryable,
    retryAfterMs: wait(problem.retryAfterMs) ?? wait(Number(retryAfter ?? Number.NaN) * 1_000),
    refused: status >= 400 && status < 500,
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isProblemCode = (value: unknown): value is ProblemCode =>
  typeof value === 'string' && Object.hasOwn(problems, value)

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const wait = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

const codesByStatus: Partial<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'not_allowed',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  429: 'rate_limited',
}

function codeOfStatus(status: number): ProblemCode {
  if (status >= 500) return status === 500 ? 'internal' : 'store_unavailable'
  return codesByStatus[status] ?? 'invalid_request'
}
