import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { authorWith } from '../support/author.ts'
import { type ChorusServer, startChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import {
  type Algorithm,
  type KeyServer,
  makeKey,
  signWithKey,
  startKeyServer,
} from '../support/key-server.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { encodePart, secondsFromNow, signToken } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

const keys = (['RS256', 'ES256', 'EdDSA'] satisfies Algorithm[]).map((algorithm) => makeKey(algorithm))
const [rsa] = keys
if (!rsa) throw new Error('there is no RSA key')

const startWith = ({ url }: KeyServer): Promise<ChorusServer> =>
  startChorus({ CHORUS_JWKS_URL: url, CHORUS_POST_LIMIT: 'off' })

test('AU-2: RS256, ES256 and EdDSA tokens are taken, and the keys are fetched once', async () => {
  await using provider = await startKeyServer(keys)
  await using server = await startWith(provider)
  for (const key of keys) {
    const author = authorWith(
      server,
      signWithKey(key, { sub: key.algorithm, name: 'Ann', role: 'moderator' }),
    )
    const comment = await author.comment('lobby', 'hello')
    expect(comment.author).toEqual({ id: key.algorithm, name: 'Ann', role: 'moderator' })
  }
  expect(provider.requests).toBe(1)
})

test('AU-2: no other algorithm is taken, whatever the token says', async () => {
  await using provider = await startKeyServer(keys)
  await using server = await startWith(provider)
  const publicPem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const hmacWith = (secret: string) => signToken({ sub: 'eve' }, secret, { alg: 'HS256', kid: rsa.kid })
  const tokens = {
    'HS256 with the public key as the secret': hmacWith(publicPem),
    'HS256 with any secret': hmacWith('a secret of thirty-two letters or more'),
    'alg none': `${encodePart({ alg: 'none' })}.${encodePart({ sub: 'eve', exp: secondsFromNow(60) })}.`,
    'another key under a known id': signWithKey(makeKey('RS256', rsa.kid), { sub: 'eve' }),
    'a key that nobody knows': signWithKey(makeKey('ES256', 'unknown'), { sub: 'eve' }),
    'a key of its own, brought along': bringsItsOwnKey(),
  }
  for (const [name, token] of Object.entries(tokens)) {
    const reply = await authorWith(server, token).post('lobby', 'hello')
    expect(expectProblem(reply, 'token_invalid').code, name).toBe('token_invalid')
  }
  const expired = signWithKey(rsa, { sub: 'ann', exp: secondsFromNow(-5) })
  expectProblem(await authorWith(server, expired).post('lobby', 'hello'), 'token_expired')
})

function bringsItsOwnKey(): string {
  const key = Buffer.from('mine'.repeat(10))
  const header = { alg: 'HS256', jwk: { kty: 'oct', k: key.toString('base64url') } }
  const signed = `${encodePart(header)}.${encodePart({ sub: 'eve', exp: secondsFromNow(60) })}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

test.each<[string, (provider: KeyServer) => unknown]>([
  ['is down', (provider) => provider[Symbol.asyncDispose]()],
  ['answers 500', (provider) => Object.assign(provider, { status: 500 })],
  ['answers no JSON', (provider) => Object.assign(provider, { body: '<html>' })],
  ['answers no keys', (provider) => Object.assign(provider, { body: '{"error":"maintenance"}' })],
])('AU-2: when the server of the keys %s, that is no fault of the token, and passes', async (_, spoil) => {
  await using provider = await startKeyServer(keys)
  const { body } = provider
  await spoil(provider)
  await using server = await startWith(provider)
  const author = authorWith(server, signWithKey(rsa, { sub: 'ann' }))
  const reply = await author.post('lobby', 'hello')
  expectProblem(reply, 'keys_unavailable')
  expect(reply.headers['retry-after']).toMatch(/^\d+$/)

  if (provider.requests === 0) return
  Object.assign(provider, { status: 200, body })
  await expect.poll(async () => (await author.post('lobby', 'hello')).status, { timeout: 10_000 }).toBe(201)
})

test('AU-2: a stream is told to come back while the keys cannot be had, for any status ends an EventSource', async () => {
  await using provider = await startKeyServer(keys)
  const { body } = provider
  Object.assign(provider, { status: 500, body: '' })
  await using server = await startWith(provider)
  const token = signWithKey(rsa, { sub: 'ann' })
  using viewer = new Viewer(server, 'lobby', { token, returns: true })
  await expect.poll(() => viewer.connections).toBeGreaterThan(0)
  expect(viewer.status).toBe(200)
  await expect.poll(() => viewer.retries).not.toEqual([])
  Object.assign(provider, { status: 200, body })
  await expect.poll(() => viewer.lastEventId, { timeout: 10_000 }).toBe('-:0')
})

test('HT-2: a viewer who is gone before its token is checked is not counted for ever', async () => {
  await using provider = await startKeyServer(keys)
  const held = Promise.withResolvers<void>()
  provider.hold = held.promise
  await using server = await startWith(provider)
  const token = signWithKey(rsa, { sub: 'ann' })
  const request = rawRequest('GET /v1/live-videos/lobby/stream', [`Authorization: Bearer ${token}`])
  using impatient = new RawConnection(server, request)
  await expect.poll(() => provider.requests).toBe(1)
  impatient.reset()
  const sockets = () => readMetric(server, 'nodejs_active_resources{type="TCPSocketWrap"}')
  // Left: the connection that asks for the metrics and the one to the provider.
  await expect.poll(sockets).toBeLessThanOrEqual(2)
  held.resolve()
  // The fetch that was held may have been given up meanwhile: then it is told to come back.
  using patient = new Viewer(server, 'lobby', { token, returns: true })
  await expect.poll(() => patient.lastEventId).toBe('-:0')
  expect(await readMetric(server, 'chorus_viewers')).toBe(1)
})
