import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { systemClock } from '../system.ts'
import type { Claims } from './claims.ts'
import { signToken, type TokenVerifierDeps, tokenVerifier } from './tokens.ts'

const secret = 's'.repeat(32)
const key = { kind: 'secret', secret } as const
const exp = Math.floor(Date.now() / 1_000) + 3_600
const deps: TokenVerifierDeps = { clock: systemClock, report: () => {} }
const sign = (claims: object) => signToken(secret, { sub: 'ann', exp, ...claims })

test('AU-6: a token must have the issuer and the audience that are wanted', async () => {
  const verify = tokenVerifier(key, { issuer: 'https://id.example', audience: 'chorus' }, deps)
  const good = { iss: 'https://id.example', aud: ['chorus', 'other'] }
  await expect(verify(await sign(good))).resolves.toMatchObject({ author: { id: 'ann' } })
  for (const claims of [
    {},
    { iss: good.iss },
    { aud: good.aud },
    { ...good, iss: 'x' },
    { ...good, aud: 'other' },
  ])
    await expect(verify(await sign(claims))).rejects.toMatchObject({ code: 'token_invalid' })
})

test('AU-6: without a wish any issuer and audience will do', async () => {
  const verify = tokenVerifier(key, {}, deps)
  for (const claims of [{}, { iss: 'x', aud: 'y' }])
    await expect(verify(await sign(claims))).resolves.toMatchObject({ role: 'viewer' })
})

/** A verifier whose clock shows `now` seconds since 1970. */
function verifierAt(now: number) {
  const clock = new ManualClock()
  clock.advance(now * 1_000)
  return { clock, verify: tokenVerifier(key, { issuer: 'chorus.test' }, { clock, report: () => {} }) }
}

const now = 1_900_000_000
const signAt = (claims: object) =>
  signToken(secret, { sub: 'ann', iss: 'chorus.test', exp: now + 60, ...claims } as Claims)

test('AU-9: times are numbers of seconds, with fractions or without, and a token ends to the millisecond', async () => {
  const part = fc.integer({ min: 0, max: 999 })
  await fc.assert(
    fc.asyncProperty(part, async (ms) => {
      const { clock, verify } = verifierAt(now)
      const token = await signAt({ exp: now + 30 + ms / 1_000, nbf: now - ms / 1_000, iat: now + ms / 1_000 })
      const { expiresAt } = await verify(token)
      expect(Math.abs(expiresAt - (now + 30) * 1_000 - ms)).toBeLessThanOrEqual(1)
      clock.advance(expiresAt - clock.now() - 1)
      await expect(verify(token)).resolves.toMatchObject({ author: { id: 'ann' } })
      clock.advance(1)
      await expect(verify(token)).rejects.toMatchObject({ code: 'token_expired' })
    }),
    { numRuns: 50 },
  )
})

test('AU-9: the clock of who makes tokens may be ten seconds ahead, and a token ends when it says', async () => {
  const { verify } = verifierAt(now)
  await expect(verify(await signAt({ nbf: now + 10 }))).resolves.toMatchObject({ role: 'viewer' })
  await expect(verify(await signAt({ nbf: now + 11 }))).rejects.toMatchObject({ code: 'token_invalid' })
  await expect(verify(await signAt({ iat: now + 3_600 }))).resolves.toMatchObject({ role: 'viewer' })
  await expect(verify(await signAt({ exp: now }))).rejects.toMatchObject({ code: 'token_expired' })
})

test.each<[string, object, RegExp]>([
  ['exp in milliseconds', { exp: now * 1_000 }, /claim exp is in milliseconds/],
  ['nbf in milliseconds', { nbf: now * 1_000 }, /claim nbf is in milliseconds/],
  ['exp as text', { exp: '2100-01-01' }, /claim exp must be a number of seconds/],
  ['exp without end', { exp: Number.MAX_VALUE }, /claim exp/],
  ['exp below zero', { exp: -1 }, /expired/],
  ['no exp', { exp: undefined }, /claim exp is missing/],
  ['nbf as text', { nbf: 'now' }, /claim nbf must be a number of seconds/],
  ['nbf to come', { nbf: now + 60 }, /claim nbf says that the token is not good yet/],
  ['iat as text', { iat: 'now' }, /claim iat must be a number of seconds/],
  ['no sub', { sub: undefined }, /claim sub is missing/],
  ['another issuer', { iss: 'other' }, /claim iss /],
  ['a role that is none', { role: 'king' }, /claim role must be one of viewer, moderator, host/],
  ['videos that are none', { videos: ['a/b'] }, /claim videos /],
  ['a name of spaces', { name: ' ' }, /claim name /],
])('AU-4: a refusal says which claim is off: %s', async (_, claims, detail) => {
  const { verify } = verifierAt(now)
  await expect(verify(await signAt(claims))).rejects.toThrow(detail)
})

test('AU-4: of a token that is not signed as it should be nothing is said but that', async () => {
  const { verify } = verifierAt(now)
  const forged = await signToken('another secret of thirty-two characters', { sub: '', exp: now * 1_000 })
  await expect(verify(forged)).rejects.toThrow(/signature does not match/)
})
