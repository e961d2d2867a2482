import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ProblemCode, problems } from '../domain/errors.ts'
import { challengeOf } from './challenge.ts'

const codes = Object.keys(problems) as ProblemCode[]

test('AU-11: every 401 has a challenge, and any description makes a header as RFC 6750 has it', () => {
  const wellFormed =
    /^Bearer realm="chorus"(, error="(invalid_token|insufficient_scope)", error_description="[\x20\x21\x23-\x5b\x5d-\x7e]*")?$/
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.string({ unit: 'binary' }), (code, description) => {
      const challenge = challengeOf(code, description)
      if (problems[code].status === 401) expect(challenge).not.toBeNull()
      if (challenge !== null) expect(challenge).toMatch(wellFormed)
    }),
  )
})

test('AU-11: who brought no token is told of no error', () => {
  expect(challengeOf('unauthenticated', 'x')).toBe('Bearer realm="chorus"')
  expect(challengeOf('token_expired', 'Over.')).toBe(
    'Bearer realm="chorus", error="invalid_token", error_description="Over."',
  )
  expect(challengeOf('slow_mode', 'x')).toBeNull()
})
