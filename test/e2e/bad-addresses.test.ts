import { expect, test } from 'vitest'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { signToken } from '../support/tokens.ts'

const server = sharedChorus()
const token = signToken({ sub: 'ann', role: 'moderator' })
const body = { text: 'hello' }

const wrongIds: [string, string][] = [
  ['two dots', '..'],
  ['one dot', '.'],
  ['dots in hiding', '%2e%2E'],
  ['NUL', '%00'],
  ['a slash in hiding', 'a%2Fb'],
  ['a space', 'a%20b'],
  ['a letter that is not ASCII', 'caf%C3%A9'],
  ['a colon', 'a:b'],
  ['a quote', '%27%20OR%201=1--'],
  ['a line feed', 'a%0Ab'],
  ['129 characters', 'x'.repeat(129)],
  ['an emoji', '%F0%9F%91%8B'],
]

test.each(wrongIds)('HT-1: what is no LiveVideoId is refused at every address: %s', async (_, id) => {
  const video = `/v1/live-videos/${id}`
  const replies = [
    await send(server, 'POST', `${video}/comments`, { token, body }),
    await send(server, 'GET', `${video}/comments`),
    await send(server, 'GET', `${video}/stream`),
    await send(server, 'POST', `${video}/stream-tickets`, { token }),
    await send(server, 'DELETE', `${video}/comments/x`, { token }),
    await send(server, 'GET', video),
    await send(server, 'PATCH', video, { token, body: { closed: true } }),
    await send(server, 'GET', `/v1/dispatch/${id}`),
  ]
  for (const reply of replies) expectProblem(reply, 'invalid_live_video_id')
  const inBody = { liveVideoId: decodeURIComponent(id), text: 'hello' }
  expectProblem(await send(server, 'POST', '/create', { token, body: inBody }), 'invalid_live_video_id')
})

test.each(['/v1/live-videos/', '/v1/live-videos//comments', '/v1/live-videos//stream'])(
  'HT-1: no id at all is no LiveVideoId either: %s',
  async (path) => {
    expectProblem(await send(server, 'GET', path), 'invalid_live_video_id')
  },
)

test('HT-1: an id of 128 characters of every allowed kind is one', async () => {
  const id = `${'x'.repeat(100)}.._~-ABCXYZ0189`.padEnd(128, 'z')
  const reply = await send(server, 'POST', `/v1/live-videos/${id}/comments`, { token, body })
  expect(reply.status).toBe(201)
})

test('HT-1: an id is the same one however it is escaped', async () => {
  await send(server, 'POST', '/v1/live-videos/escaped-one/comments', { token, body })
  const reply = await send(server, 'GET', '/v1/live-videos/%65scaped%2Done/comments')
  expect(reply.json<{ comments: unknown[] }>().comments).toHaveLength(1)
})

test.each([
  '/v1/live-videos/%zz/comments',
  '/v1/live-videos/%/comments',
  '/v1/live-videos/%c3/comments',
  '/v1/live-videos/%ed%a0%80/comments',
])('HT-1: an address with a broken escape is refused: %s', async (path) => {
  const reply = await send(server, 'GET', path)
  expect(reply.status).toBe(400)
  expect(reply.headers['content-type']).toBe('application/problem+json')
})

test.each(['x'.repeat(300), 'x'.repeat(5_000)])('HT-1: an id far too long is refused: %#', async (id) => {
  const reply = await send(server, 'GET', `/v1/live-videos/${id}/comments`)
  expect(reply.status).toBe(400)
  expect(reply.headers['content-type']).toBe('application/problem+json')
})

test.each([
  ['GET', '/nope'],
  ['POST', '/nope'],
  ['GET', '/v1'],
  ['GET', '/v1/live-videos'],
  ['GET', '/v1/live-videos/lobby/nope'],
  ['GET', '/v1/live-videos/a/b/comments'],
  ['GET', '/v1/live-videos/../../etc/passwd'],
  ['GET', '/../../../../etc/passwd'],
  ['GET', '/%2e%2e/%2e%2e/%2e%2e/etc/passwd'],
  ['GET', '/..%2f..%2f..%2fetc/passwd'],
  ['GET', '/package.json'],
  ['GET', '/assets/'],
  ['GET', '/V1/live-videos/lobby'],
  ['POST', '/v1/demo/tokens'],
])('HT-1: nothing is at %s %s', async (method, path) => {
  expectProblem(await send(server, method, path), 'not_found')
})

const methods: [string, string, string][] = [
  ['PUT', '/v1/live-videos/lobby/comments', 'GET, POST'],
  ['DELETE', '/v1/live-videos/lobby/comments', 'GET, POST'],
  ['PATCH', '/v1/live-videos/lobby/comments', 'GET, POST'],
  ['GET', '/v1/live-videos/lobby/comments/some-id', 'DELETE'],
  ['POST', '/v1/live-videos/lobby', 'GET, PATCH'],
  ['POST', '/v1/live-videos/lobby/stream', 'GET'],
  ['GET', '/v1/live-videos/lobby/stream-tickets', 'POST'],
  ['GET', '/create', 'POST'],
  ['POST', '/v1/dispatch', 'GET'],
  ['DELETE', '/v1/dispatch/lobby', 'GET'],
  ['QUERY', '/v1/dispatch/lobby', 'GET'],
  ['POST', '/healthz', 'GET'],
  ['POST', '/openapi.json', 'GET'],
]

test.each(methods)('HT-1: %s is no method of %s, which says what is', async (method, path, allowed) => {
  const reply = await send(server, method, path)
  expect(reply.status).toBe(405)
  expect(reply.headers.allow?.split(', ').sort()).toEqual(allowed.split(', ').sort())
  expectProblem(reply, 'method_not_allowed')
})

test.each(['PROPFIND', 'TRACE', 'LOCK', 'SEARCH'])('HT-1: %s is no method here', async (method) => {
  const reply = await send(server, method, `/v1/live-videos/${newLiveVideoId()}`)
  expect([404, 405, 501]).toContain(reply.status)
  expect(reply.headers['content-type']).toBe('application/problem+json')
})

test('HT-1: what the query does not know is left alone', async () => {
  const path = `/v1/live-videos/${newLiveVideoId()}/comments?utm_source=x&__proto__=1&constructor=2`
  expect((await send(server, 'GET', path)).status).toBe(200)
})
