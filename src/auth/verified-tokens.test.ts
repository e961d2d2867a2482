import { afterEach, expect, test, vi } from 'vitest'
import { makeKey, signWithKey, startKeyServer } from '../../test/support/key-server.ts'
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

/** jose reads the machine's clock: it stands still from here on, until `vi.setSystemTime` moves it. */
function holdTime(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: milliseconds })
}

afterEach(() => {
  vi.useRealTimers()
})

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

test('AU-8: a token that was good is refused as expired from the second of its expiry on', async () => {
  holdTime(1_900_000_000_000)
  const exp = 1_900_000_030
  const verify = tokenVerifier({ kind: 'secret', secret })
  const token = await signToken(secret, { sub: 'ann', exp })
  await expect(verify(token)).resolves.toMatchObject({ author: { id: 'ann' } })
  vi.setSystemTime(exp * 1_000 - 1)
  await expect(verify(token)).resolves.toMatchObject({ author: { id: 'ann' } })
  vi.setSystemTime(exp * 1_000)
  await expect(verify(token)).rejects.toMatchObject({ code: 'token_expired' })
})

test('AU-8: a token that differs from a good one in its signature alone is refused', async () => {
  const verify = tokenVerifier({ kind: 'secret', secret })
  const token = await signToken(secret, { sub: 'ann', exp: Math.floor(Date.now() / 1_000) + 60 })
  await verify(token)
  const [header, payload, signature = ''] = token.split('.')
  const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(verify(forged)).rejects.toMatchObject({ code: 'token_invalid' })
})

test('AU-8: of a key that its provider has withdrawn, tokens pass no longer than a minute after the keys are fetched anew', async () => {
  const [first, second] = [makeKey('ES256', 'first'), makeKey('ES256', 'second')]
  await using provider = await startKeyServer([first])
  await using rotated = await startKeyServer([second])
  const now = Date.now()
  holdTime(now)
  const verify = tokenVerifier({ kind: 'jwks', url: provider.url })
  const old = signWithKey(first, { sub: 'ann' })
  await verify(old)
  provider.body = rotated.body

  vi.setSystemTime(now + minuteMs - 1)
  await expect(verify(old)).resolves.toMatchObject({ author: { id: 'ann' } })
  expect(provider.requests).toBe(1)
  // A key that it does not know makes jose fetch the keys, and from then on the old one is unknown.
  await expect(verify(signWithKey(second, { sub: 'bob' }))).resolves.toMatchObject({ author: { id: 'bob' } })
  vi.setSystemTime(now + 2 * minuteMs)
  await expect(verify(old)).rejects.toMatchObject({ code: 'token_invalid' })
})
