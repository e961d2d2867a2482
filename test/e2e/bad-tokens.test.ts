import { createSign, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ProblemCode } from '../../src/domain/errors.ts'
import { authorOf, readAll } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { encodePart, secondsFromNow, signToken, testSecret } from '../support/tokens.ts'

const server = sharedChorus()
const good = signToken({ sub: 'ann' })
const [header, payload, signature] = good.split('.')

const post = (liveVideoId: string, authorization?: string) =>
  send(server, 'POST', `/v1/live-videos/${liveVideoId}/comments`, {
    headers: authorization === undefined ? {} : { authorization },
    body: { text: 'hello' },
  })

test('AU-1: a token signed with the secret is good', async () => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER'])
    expect((await post(newLiveVideoId(), `${scheme} ${good}`)).status).toBe(201)
})

test('AU-9: fractions of a second, and a clock a little ahead, are no fault of a token', async () => {
  for (const claims of [
    { exp: secondsFromNow(60) + 0.5 },
    { nbf: secondsFromNow(2) },
    { iat: secondsFromNow(2) },
  ])
    expect((await authorOf(server, { sub: 'ann', ...claims }).post(newLiveVideoId(), 'hello')).status).toBe(
      201,
    )
})

test('AU-1: claims that Chorus does not know are left alone', async () => {
  const token = signToken({
    sub: 'ann',
    iss: 'https://id.example',
    aud: 'comments',
    email: 'ann@example.org',
  })
  expect((await post(newLiveVideoId(), `Bearer ${token}`)).status).toBe(201)
})

test('AU-1: without a name the id is shown', async () => {
  const { author } = await authorOf(server, { sub: 'user-17' }).comment(newLiveVideoId(), 'hello')
  expect(author).toEqual({ id: 'user-17', name: 'user-17' })
})

test('AU-1: a picture is shown when it is an https address, and left out otherwise', async () => {
  const shown = async (picture: string) =>
    (await authorOf(server, { sub: 'ann', picture }).comment(newLiveVideoId(), 'hello')).author.avatarUrl
  expect(await shown('https://example.org/a.png')).toBe('https://example.org/a.png')
  for (const picture of [
    'javascript:alert(1)',
    'http://example.org/a.png',
    'data:image/png;base64,',
    'a.png',
  ])
    expect(await shown(picture)).toBeUndefined()
})

test('AU-1: a token is good for the live videos that it names, and no others', async () => {
  const [one, two, other] = [newLiveVideoId(), newLiveVideoId(), newLiveVideoId()]
  const author = authorOf(server, { sub: 'mod', role: 'moderator', videos: [one, two] })
  const { id } = await author.comment(one, 'hello')
  await author.comment(two, 'hello')
  expectProblem(await author.post(other, 'hello'), 'video_not_allowed')
  expectProblem(await author.remove(other, id), 'video_not_allowed')
  expectProblem(await author.change(other, { closed: true }), 'video_not_allowed')
  const body = { liveVideoId: other, text: 'hello' }
  expectProblem(await send(server, 'POST', '/create', { token: author.token, body }), 'video_not_allowed')
  expect(await readAll(server, other)).toEqual([])
  for (const videos of ['*', ['*']])
    await authorOf(server, { sub: 'ann', videos }).comment(other, 'everywhere')
})

test('AU-1: a token for no live video is good for none', async () => {
  const author = authorOf(server, { sub: 'ann', videos: [] })
  expectProblem(await author.post(newLiveVideoId(), 'hello'), 'video_not_allowed')
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

/** An attacker's hope: that the server takes the algorithm from the token, and its secret for a public key. */
function signedByRsa(): string {
  const signed = `${encodePart({ alg: 'RS256' })}.${encodePart({ sub: 'eve', exp: secondsFromNow(60) })}`
  return `${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`
}

const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString()

test.each<[string, string, ProblemCode]>([
  ['another secret', signToken({ sub: 'eve' }, `${testSecret}x`), 'token_invalid'],
  ['an empty secret', signToken({ sub: 'eve' }, ''), 'token_invalid'],
  ['alg none', `${encodePart({ alg: 'none' })}.${payload}.`, 'token_invalid'],
  ['alg none, signature kept', `${encodePart({ alg: 'none' })}.${payload}.${signature}`, 'token_invalid'],
  ['alg None', `${encodePart({ alg: 'None' })}.${payload}.`, 'token_invalid'],
  ['no alg', `${encodePart({ typ: 'JWT' })}.${payload}.${signature}`, 'token_invalid'],
  ['alg HS512', signToken({ sub: 'eve' }, testSecret, { alg: 'HS512' }), 'token_invalid'],
  ['RS256', signedByRsa(), 'token_invalid'],
  ['HS256 with a public key as secret', signToken({ sub: 'eve' }, publicPem), 'token_invalid'],
  [
    'a payload exchanged',
    `${header}.${encodePart({ sub: 'eve', exp: secondsFromNow(60) })}.${signature}`,
    'token_invalid',
  ],
  [
    'a critical header',
    signToken({ sub: 'eve' }, testSecret, { alg: 'HS256', crit: ['b64'], b64: false }),
    'token_invalid',
  ],
  ['no exp', signToken({ sub: 'ann', exp: null }), 'token_invalid'],
  ['exp as text', signToken({ sub: 'ann', exp: '2100-01-01' as unknown as number }), 'token_invalid'],
  ['exp in the past', signToken({ sub: 'ann', exp: secondsFromNow(-1) }), 'token_expired'],
  ['exp 0', signToken({ sub: 'ann', exp: 0 }), 'token_expired'],
  ['exp in milliseconds', signToken({ sub: 'ann', exp: secondsFromNow(60) * 1_000 }), 'token_invalid'],
  ['not yet', signToken({ sub: 'ann', nbf: secondsFromNow(600) }), 'token_invalid'],
  ['no sub', signToken({ sub: undefined as unknown as string }), 'token_invalid'],
  ['an empty sub', signToken({ sub: '' }), 'token_invalid'],
  ['sub as a number', signToken({ sub: 7 as unknown as string }), 'token_invalid'],
  ['a sub too long', signToken({ sub: 'x'.repeat(201) }), 'token_invalid'],
  ['a role that is none', signToken({ sub: 'ann', role: 'admin' }), 'token_invalid'],
  ['roles in a list', signToken({ sub: 'ann', role: ['host'] as unknown as string }), 'token_invalid'],
  ['videos that are none', signToken({ sub: 'ann', videos: ['a/b'] }), 'token_invalid'],
  ['a name of controls', signToken({ sub: 'ann', name: 'An\u0000n' }), 'token_invalid'],
  ['an id of controls', signToken({ sub: 'An\u0000n', name: 'Ann' }), 'token_invalid'],
  ['an id too long to be shown, and no name', signToken({ sub: 'x'.repeat(101) }), 'token_invalid'],
  ['a name too long', signToken({ sub: 'ann', name: 'x'.repeat(101) }), 'token_invalid'],
  ['a token of 5 kB', signToken({ sub: 'ann', more: 'x'.repeat(5_000) }), 'token_invalid'],
  [
    'a payload that is no JSON',
    `${header}.${Buffer.from('{').toString('base64url')}.${signature}`,
    'token_invalid',
  ],
  ['a payload that is a list', `${header}.${encodePart([])}.${signature}`, 'token_invalid'],
  ['two parts', `${header}.${payload}`, 'token_invalid'],
  ['four parts', `${good}.x`, 'token_invalid'],
  ['garbage', 'garbage', 'token_invalid'],
  ['dots', '..', 'token_invalid'],
])('HT-1: a token that is off is refused: %s', async (_, token, code) => {
  const liveVideoId = newLiveVideoId()
  const reply = await post(liveVideoId, `Bearer ${token}`)
  expectProblem(reply, code)
  expect(reply.headers['www-authenticate']).toMatch(
    /^Bearer realm="chorus", error="invalid_token", error_description="[^"]+"$/,
  )
  expect(reply.text).not.toContain(token)
  expect(await readAll(server, liveVideoId)).toEqual([])
})

test.each<[string, string | undefined, ProblemCode]>([
  ['none', undefined, 'unauthenticated'],
  ['another scheme', 'Basic YW5uOnNlY3JldA==', 'unauthenticated'],
  ['the token alone', good, 'token_invalid'],
  ['a scheme alone', 'Bearer', 'token_invalid'],
  ['two tokens', `Bearer ${good} ${good}`, 'token_invalid'],
  ['two tokens in a list', `Bearer ${good}, Bearer ${good}`, 'token_invalid'],
  ['quotes', `Bearer "${good}"`, 'token_invalid'],
])('HT-1: an Authorization header that is off is refused: %s', async (_, authorization, code) => {
  const reply = await post(newLiveVideoId(), authorization)
  expectProblem(reply, code)
  const error = code === 'unauthenticated' ? /^Bearer realm="chorus"$/ : /^Bearer .*error="invalid_token"/
  expect(reply.headers['www-authenticate']).toMatch(error)
})

test('AU-11: a token that does not reach so far is told so', async () => {
  const author = authorOf(server, { sub: 'ann', videos: [newLiveVideoId()] })
  const reply = await author.post(newLiveVideoId(), 'hello')
  expectProblem(reply, 'video_not_allowed')
  expect(reply.headers['www-authenticate']).toMatch(/error="insufficient_scope"/)
})

test('HT-1: a token in the URL is not looked at: URLs end up in logs', async () => {
  const liveVideoId = newLiveVideoId()
  for (const name of ['token', 'access_token', 'chorus_token']) {
    const path = `/v1/live-videos/${liveVideoId}/comments?${name}=${good}`
    expectProblem(await send(server, 'POST', path, { body: { text: 'hello' } }), 'unauthenticated')
  }
})

test.each([
  ['POST', '/v1/live-videos/lobby/comments'],
  ['POST', '/create'],
  ['PATCH', '/v1/live-videos/lobby'],
  ['DELETE', '/v1/live-videos/lobby/comments/x'],
  ['POST', '/v1/live-videos/lobby/stream-tickets'],
])('HT-16: %s %s asks for a token before it looks at the body', async (method, path) => {
  for (const body of ['{', '{"text":""}', 'x'.repeat(70_000)]) {
    expectProblem(await send(server, method, path, { body }), 'unauthenticated')
    expectProblem(await send(server, method, path, { body, token: `${good}x` }), 'token_invalid')
  }
})
