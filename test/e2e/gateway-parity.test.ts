import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayServer, startGateway } from '../../src/gateway/testing/gateway-server.ts'
import { answerJson, startNode } from '../../src/gateway/testing/node-server.ts'
import type { Addressed } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { type ServerWithRoutes, startWithRoutes } from '../support/routes-of.ts'
import { signToken, testSecret } from '../support/tokens.ts'

let node: ServerWithRoutes
let gateway: GatewayServer

/** A gateway before one node with all roles. */
const before = ({ url }: Addressed): Promise<GatewayServer> =>
  startGateway({ owner: () => url, nodes: { comments: [url], realtime: [url], dispatcher: [url] } })

beforeAll(async () => {
  node = await startWithRoutes({ CHORUS_JWT_SECRET: testSecret, CHORUS_POST_LIMIT: 'off' })
  gateway = await before(node)
})
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]()
  await node?.[Symbol.asyncDispose]()
})

interface Answer {
  status: string
  headers: string[]
  body: string
}

/** What may differ from one answer to the next, whoever gives it. */
const passing = /\r\n(date|etag): [^\r]*/gi
const made = /"(id|createdAt|seq|expiresAt|ticket|position|after|before)":("[^"]*"|\d+)/g

/** Answers to what is sent on one connection, which is to be closed after it. */
async function answerOf(server: Addressed, bytes: string): Promise<Answer> {
  using connection = new RawConnection(server, bytes)
  await expect.poll(() => connection.closed, { interval: 5 }).toBe(true)
  const [head = '', ...body] = connection.received.split('\r\n\r\n')
  const [status = '', ...headers] = head.replace(passing, '').split('\r\n')
  return {
    status,
    headers: headers.map((line) => line.toLowerCase()).sort(),
    body: body.join('\r\n\r\n').replace(made, '"$1":…'),
  }
}

const lobby = '/v1/live-videos/lobby'
const bearer = `Authorization: Bearer ${signToken({ sub: 'ann' })}`
const json = 'Content-Type: application/json'

const request = (line: string, headers: string[] = [], body = ''): string => {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  return `${[`${line} HTTP/1.1`, 'Host: a', ...headers, ...length, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`
}
const post = (path: string, body: string, headers = [bearer, json]): string =>
  request(`POST ${path}`, headers, body)

const targets = [
  `http://a${lobby}/comments`,
  `https://a:80${lobby}/comments?limit=2`,
  `HTTP://A${lobby}`,
  `http://ann@a${lobby}/comments`,
  'http://a/nowhere',
  'http://a?limit=1',
  `ftp://a${lobby}/comments`,
  '*',
  ...['..lobby', 'lobby..', '...', '..', '.', '%2e%2e', '%2E', '%2e%2elobby'].flatMap((id) => [
    `/v1/live-videos/${id}/comments`,
    `/v1/live-videos/${id}`,
    `/v1/dispatch/${id}`,
    `/v1/live-videos/${id}/stream?rate=x`,
  ]),
  ...[
    'a%2Fb',
    'a%252fb',
    'a%5cb',
    'a\\b',
    'a%00',
    '%C3%BC',
    '%zz',
    'a;b=c',
    'a|b',
    '{a}',
    'a%0d%0ab',
    '',
  ].map((id) => `/v1/live-videos/${id}/comments`),
  `/v1/live-videos/${'a'.repeat(129)}/comments`,
  `/v1/live-videos/${'a'.repeat(300)}/comments`,
  ...[
    '?limit=1?',
    '??limit=1',
    '?limit=x',
    '?limit=1&limit=2',
    '?before=..',
    '?before=%',
    '?before=\\',
    '#x',
    '/',
    '/..',
  ].map((end) => `${lobby}/comments${end}`),
  `/${lobby}/comments`,
  `/V1/live-videos/lobby/comments`,
]

const methods = [
  'HEAD',
  'PUT',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'M-SEARCH',
  'DELETE',
  'PATCH',
  'POST',
]

const requests: [string, string][] = [
  ...targets.map((target): [string, string] => [`GET ${target.slice(0, 60)}`, request(`GET ${target}`)]),
  ...methods.flatMap((method) =>
    [`${lobby}/comments`, `${lobby}/comments/x`, lobby, '/create', '/nowhere'].map(
      (path): [string, string] => [`${method} ${path}`, request(`${method} ${path}`)],
    ),
  ),
  ['QUERY with a body', request(`QUERY ${lobby}/comments`, [json], '{}')],
  ['the removal of a comment named ..', request(`DELETE ${lobby}/comments/..`, [bearer])],
  ['the removal of one named ..x', request(`DELETE ${lobby}/comments/..x`, [bearer])],
  ['a removal with a body', request(`DELETE ${lobby}/comments/x`, [bearer], '{}')],
  ['a removal with a bad body', request(`DELETE ${lobby}/comments/x`, [bearer, json], '{')],
  ['a read with a body', request(`GET ${lobby}/comments`, [json], '{}')],
  [
    'a read with chunks',
    `${request(`GET ${lobby}/comments`, ['Transfer-Encoding: chunked'])}2\r\n{}\r\n0\r\n\r\n`,
  ],
  ['two hosts', request(`GET ${lobby}/comments`, ['Host: b'])],
  ['one host twice', request(`GET ${lobby}`, ['host: a'])],
  ['two hosts of a stream', request(`GET ${lobby}/stream`, ['Host: b'])],
  ['no host', `GET ${lobby} HTTP/1.1\r\nConnection: close\r\n\r\n`],
  ['HTTP/1.0', `GET ${lobby} HTTP/1.0\r\n\r\n`],
  ['an odd expectation', request(`GET ${lobby}`, ['Expect: coffee'])],
  ['an upgrade', request(`GET ${lobby}`, ['Upgrade: websocket'])],
  ['trailers', request(`GET ${lobby}`, ['TE: trailers', 'Trailer: x'])],
  ['conditions and ranges', request(`GET ${lobby}`, ['If-None-Match: *', 'Range: bytes=0-1', 'Accept: a/b'])],
  ['a key of controls', post(`${lobby}/comments`, '{"text":"hi"}', [bearer, json, 'Idempotency-Key: a b'])],
  ['a post', post(`${lobby}/comments`, '{"text":"hi"}')],
  ['a post to ..lobby', post('/v1/live-videos/..lobby/comments', '{"text":"hi"}')],
  ['a post in absolute form', post(`http://a${lobby}/comments`, '{"text":"hi"}')],
  ['a post with a query', post(`${lobby}/comments?a=../b`, '{"text":"hi"}')],
  ['a post without a type', post(`${lobby}/comments`, '{"text":"hi"}', [bearer])],
  ['a post of text', post(`${lobby}/comments`, 'hi', [bearer, 'Content-Type: text/plain'])],
  ['a post of an odd type', post(`${lobby}/comments`, '{}', [bearer, 'Content-Type: ;;'])],
  ['a post that is compressed', post(`${lobby}/comments`, '{}', [bearer, json, 'Content-Encoding: gzip'])],
  ['a post without a body', request(`POST ${lobby}/comments`, [bearer, json])],
  ['an empty post', request(`POST ${lobby}/comments`, [bearer, json, 'Content-Length: 0'])],
  ['a post that is no JSON', post(`${lobby}/comments`, '{')],
  ['a post of a list', post(`${lobby}/comments`, '[]')],
  ['a post without a token', post(`${lobby}/comments`, '{"text":"hi"}', [json])],
  ['a post of a proxy’s', post(`${lobby}/comments`, '{"text":"hi"}', ['Authorization: Basic x', json])],
  ['a stream that is refused', request(`GET ${lobby}/stream`, ['Authorization: Bearer x'])],
  ['a stream in absolute form', request(`GET http://a${lobby}/stream?rate=x`)],
  ['a read from another site', request(`GET ${lobby}`, ['Origin: https://x.example'])],
]

test.each(requests)('GW-16: a gateway answers as the node would: %s', async (_, bytes) => {
  const [theirs, ours] = [await answerOf(node, bytes), await answerOf(gateway, bytes)]
  const isPage = theirs.headers.some((line) => line.startsWith('content-type: text/html'))
  if (!isPage) expect(ours).toEqual(theirs)
  expect(ours.status).not.toMatch(/ 500 /)
})

test.each<[string, number, string]>([
  ['two hosts', 400, request('GET /healthz', ['Host: b'])],
  ['a target that is no path', 400, request('GET *')],
  ['a target of another scheme', 400, request('GET ftp://a/healthz')],
  ['an absolute target', 200, request('GET http://a/healthz')],
  ['an absolute target without a path', 200, request('GET http://a')],
  ['a method without a body that needs one', 405, request(`QUERY ${lobby}/comments`)],
  ['a method that nothing takes', 404, request('QUERY /nowhere')],
  ['a body that is none for what takes none', 405, post('/healthz', '{')],
  ['an OPTIONS of no browser', 204, request(`OPTIONS ${lobby}`)],
])('HT-19: %s is answered by %i', async (_, status, bytes) => {
  expect((await answerOf(node, bytes)).status).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
})

test('GW-16: what a node says of its connection to the gateway ends there', async () => {
  const own = {
    connection: 'keep-alive, X-Own',
    'x-own': '1',
    'keep-alive': 'timeout=5',
    trailer: 'x',
    upgrade: 'h2c',
  }
  await using odd = await startNode((_, response) =>
    answerJson(response, 200, {}, { ...own, 'proxy-authenticate': 'Basic', 'x-kept': '1' }),
  )
  await using front = await before(odd)
  for (const path of [`${lobby}/comments`, lobby, `${lobby}/stream`]) {
    const { headers } = await send(front, 'GET', path)
    const { 'x-own': gone, trailer, upgrade, 'proxy-authenticate': proxy, 'x-kept': kept } = headers
    expect([gone, trailer, upgrade, proxy, kept], path).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      '1',
    ])
    expect(headers.connection).toBe(path.endsWith('/stream') ? 'close' : 'keep-alive')
    expect(headers['keep-alive']).not.toBe('timeout=5')
  }
  expect((await answerOf(front, request(`GET ${lobby}`))).headers).toContain('connection: close')
})
