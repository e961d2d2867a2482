import { expect, test } from 'vitest'
import { type KeyServer, makeKey, signWithKey, startKeyServer } from '../../test/support/key-server.ts'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { tokenVerifier } from './tokens.ts'

const minuteMs = 60_000
const [first, second] = [makeKey('ES256', 'first'), makeKey('ES256', 'second')]
const old = signWithKey(first, { sub: 'ann' })

async function begin() {
  const provider = await startKeyServer([first])
  await using rotated = await startKeyServer([second])
  const clock = new ManualClock()
  const reports: unknown[] = []
  const deps = { clock, report: (error: unknown) => reports.push(error) }
  const verify = tokenVerifier({ kind: 'jwks', url: provider.url }, {}, deps)
  const withdraw = () => Object.assign(provider, { body: rotated.body })
  return {
    provider,
    clock,
    reports,
    verify,
    withdraw,
    isGood: (token = old) =>
      verify(token).then(
        () => true,
        (error) => error.code,
      ),
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  }
}

const breakDown = (provider: KeyServer): void => void Object.assign(provider, { status: 500 })

test.each([0, 1, 7, 19, 20, 25, 29, 30, 45])(
  'AU-10: a key that is withdrawn %i s after it was fetched is good for a minute more at most',
  async (seconds) => {
    await using setup = await begin()
    const { clock, withdraw, isGood } = setup
    expect(await isGood()).toBe(true)
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000)
      await isGood()
    }
    withdraw()
    clock.advance(minuteMs)
    expect(await isGood()).toBe('token_invalid')
  },
)

test('AU-10: however often tokens are checked, a withdrawn key is good for a minute at most', async () => {
  await using setup = await begin()
  const { clock, withdraw, isGood } = setup
  await isGood()
  withdraw()
  let goodMs = 0
  for (; goodMs < 2 * minuteMs && (await isGood()) === true; goodMs += 1_000) clock.advance(1_000)
  expect(goodMs).toBeLessThanOrEqual(minuteMs)
})

test('AU-10: a key that is new is taken at once, and what is not known costs the provider one request in five seconds', async () => {
  await using setup = await begin()
  const { provider, clock, withdraw, isGood } = setup
  await isGood()
  withdraw()
  clock.advance(5_000)
  expect(await isGood(signWithKey(second, { sub: 'bob' }))).toBe(true)
  const before = provider.requests
  for (let count = 0; count < 20; count++) {
    expect(await isGood(signWithKey(makeKey('ES256', `other-${count}`), { sub: 'eve' }))).toBe(
      'token_invalid',
    )
    clock.advance(1_000)
  }
  expect(provider.requests - before).toBeLessThanOrEqual(5)
})

test('AU-10: a provider that is away for less than five minutes is not noticed; then tokens wait for it', async () => {
  await using setup = await begin()
  const { provider, clock, reports, isGood } = setup
  await isGood()
  breakDown(provider)
  for (let second = 1; second < 300; second++) {
    clock.advance(1_000)
    expect(await isGood(signWithKey(first, { sub: `user-${second}` })), `after ${second} s`).toBe(true)
  }
  expect(reports).toHaveLength(1)
  expect(provider.requests).toBeLessThan(70)
  clock.advance(1_000)
  expect(await isGood(signWithKey(first, { sub: 'late' }))).toBe('keys_unavailable')
  provider.status = 200
  clock.advance(5_000)
  expect(await isGood(signWithKey(first, { sub: 'later' }))).toBe(true)
})

test('AU-10: a provider that says nothing holds up no token whose key is known', async () => {
  await using setup = await begin()
  const { provider, clock, isGood } = setup
  await isGood()
  const held = Promise.withResolvers<void>()
  provider.hold = held.promise
  clock.advance(20_000)
  expect(await isGood(signWithKey(first, { sub: 'bob' }))).toBe(true)
  await expect.poll(() => provider.requests).toBe(2)
  held.resolve()
})
