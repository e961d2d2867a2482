import { expect } from 'vitest'
import { type ProblemCode, problems } from '../../src/domain/errors.ts'
import type { Problem } from '../../src/protocol/api.ts'
import type { Reply } from './http-client.ts'

/** The answer is the problem of that code, as RFC 9457 and the table of errors have it. */
export function expectProblem(reply: Reply, code: ProblemCode): Problem {
  const { status, retryable, title } = problems[code]
  const contentType = 'application/problem+json'
  expect({ status: reply.status, contentType: reply.headers['content-type'], body: reply.text }).toEqual({
    status,
    contentType,
    body: expect.stringContaining(`"code":"${code}"`),
  })
  const problem = reply.json<Problem>()
  expect(problem).toMatchObject({ type: `urn:chorus:problem:${code}`, title, status, code, retryable })
  return problem
}
