import type { FastifyReply } from 'fastify'
import { type ChorusError, type ProblemCode, problems } from '../domain/errors.ts'
import type { Problem } from '../protocol/api.ts'
import { challengeOf } from './challenge.ts'

export const problemType = 'application/problem+json'

type Extra = Pick<Problem, 'detail' | 'retryAfterMs' | 'errors'>

/** The body of an error (RFC 9457). */
export function problemBody(code: ProblemCode, extra: Extra = {}): Problem {
  const { status, title, retryable } = problems[code]
  return { type: `urn:chorus:problem:${code}`, title, status, code, retryable, ...extra }
}

export function sendProblem(reply: FastifyReply, code: ProblemCode, extra: Extra = {}): FastifyReply {
  if (extra.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(extra.retryAfterMs / 1_000))
  const challenge = challengeOf(code, extra.detail ?? problems[code].title)
  if (challenge !== null) reply.header('www-authenticate', challenge)
  // Written here: Fastify would add a charset, which problem+json does not have.
  return reply
    .code(problems[code].status)
    .type(problemType)
    .serializer(JSON.stringify)
    .send(problemBody(code, extra))
}

export function sendError(reply: FastifyReply, error: ChorusError): FastifyReply {
  const { code, message, retryAfterMs } = error
  return sendProblem(reply, code, {
    ...(message !== problems[code].title && { detail: message }),
    ...(retryAfterMs !== null && { retryAfterMs }),
  })
}
