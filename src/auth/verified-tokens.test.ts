import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { Identity } from './identity.ts'
import { signToken, tokenVerifier } from './tokens.ts'
import { VerifiedTokens } from './verified-tokens.ts'

const identity = (id: string, expiresAt = 1_000_000): Identity => ({
  author: { id, name: id },
  role: 'viewer',
  videos: '*',
  expiresAt,
})

const secret = 's'.repeat(32)
const minuteMs = 60_000

function setUp(options = { tokensMax: 3, verifiedMs: minuteMs }) {
  const clock = new ManualClock()
  return { clock, tokens: new VerifiedTokens(clock, options) }
}

const verifierOf = (clock: ManualClock) =>
  tokenVerifier({ kind: 'secret', secret }, {}, { clock, report: () => {} })

test('AU-8: a token that was verified is known for a while, and then verified anew', () => {
  const { clock, tokens } = setUp()
  expect(tokens.find('a')).toBeNull()
  tokens.remember('a', identity('ann'))
  clock.advance(minuteMs - 1)
  expect(tokens.find('a')).toEqual(identity('ann'))
  expect(tokens.find('a ')).toBeNull()
  clock.advance(1)
  expect(tokens.find('a')).toBeNull()
  tokens.remember('a', identity('ann'))
  expect(tokens.find('a')).toEqual(identity('ann'))
})

test('AU-8: it is not known past its expiry', () => {
  const { clock, tokens } = setUp()
  tokens.remember('a', identity('ann', 5_000))
  clock.advance(4_999)
  expect(tokens.find('a')).not.toBeNull()
  clock.advance(1)
  expect(tokens.find('a')).toBeNull()
})

test('AU-8: so many are known at most; the one verified longest ago goes first', () => {
  const { tokens } = setUp()
  for (const token of ['a', 'b', 'c', 'a', 'd', 'd']) tokens.remember(token, identity(token))
  expect(['a', 'b', 'c', 'd'].filter((token) => tokens.find(token) !== null)).toEqual(['a', 'c', 'd'])
})

test.each([
  ['back', 0, -3_600_000],
  ['forward and back', 3_600_000, 0],
])('AU-8: a clock that is set %s lengthens nothing', (_, before, after) => {
  const { clock, tokens } = setUp()
  clock.now = () => before
  tokens.remember('a', identity('ann', 10_000_000))
  clock.now = () => after
  clock.advance(minuteMs)
  expect(tokens.find('a')).toBeNull()
})

test('AU-8: a token that was good is refused as expired from the millisecond of its expiry on', async () => {
  const clock = new ManualClock()
  const verify = verifierOf(clock)
  const token = await signToken(secret, { sub: 'ann', exp: 30 })
  await expect(verify(token)).resolves.toMatchObject({ author: { id: 'ann' } })
  clock.advance(30_000 - 1)
  await expect(verify(token)).resolves.toMatchObject({ author: { id: 'ann' } })
  clock.advance(1)
  await expect(verify(token)).rejects.toMatchObject({ code: 'token_expired' })
})

test('AU-8: a token that differs from a good one in its signature alone is refused', async () => {
  const verify = verifierOf(new ManualClock())
  const token = await signToken(secret, { sub: 'ann', exp: 60 })
  await verify(token)
  const [header, payload, signature = ''] = token.split('.')
  const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(verify(forged)).rejects.toMatchObject({ code: 'token_invalid' })
})
