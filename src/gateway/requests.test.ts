import { expect, test } from 'vitest'
import { send } from '../../test/support/http-client.ts'
import { startGateway } from './testing/gateway-server.ts'
import { answerJson, type NodeServer, startNode } from './testing/node-server.ts'

const comments = '/v1/live-videos/lobby/comments'

/** A node that answers everything with its name and the method. */
const named = (name: string): Promise<NodeServer> =>
  startNode(({ method }, response) => answerJson(response, 200, { name, method }))

/** The address of a node that is no more. */
async function goneUrl(): Promise<string> {
  await using node = await startNode()
  return node.url
}

const elsewhere: [string, string, 'comments' | 'realtime' | 'dispatcher'][] = [
  ['POST', comments, 'comments'],
  ['GET', `${comments}?limit=3&before=e%3A9`, 'comments'],
  ['POST', '/create', 'comments'],
  ['DELETE', `${comments}/id-1`, 'comments'],
  ['PATCH', '/v1/live-videos/lobby', 'comments'],
  ['POST', '/v1/live-videos/lobby/stream-tickets', 'realtime'],
  ['GET', '/v1/dispatch', 'dispatcher'],
  ['GET', '/v1/dispatch/lobby', 'dispatcher'],
]

test.for(elsewhere)('GW-1: %s %s goes to a node that has the role', async ([method, path, role]) => {
  await using node = await named(role)
  await using gateway = await startGateway({ nodes: { [role]: [node.url] } })
  const reply = await send(gateway, method, path)
  expect([reply.status, reply.json()]).toEqual([200, { name: role, method }])
  expect(node.requests).toMatchObject([{ method, path }])
})

test('GW-1: the state of a live video is had from the node that serves it', async () => {
  await using owner = await named('owner')
  await using other = await named('other')
  await using gateway = await startGateway({ owner: () => owner.url, nodes: { realtime: [other.url] } })
  const reply = await send(gateway, 'GET', '/v1/live-videos/lobby')
  expect(reply.json()).toMatchObject({ name: 'owner' })
  expect((await send(gateway, 'HEAD', '/v1/live-videos/lobby')).status).toBe(200)
})

test('GW-1: what is sent and what is answered pass as they are', async () => {
  await using node = await startNode((_, response) =>
    answerJson(response, 429, { code: 'slow_mode' }, { 'retry-after': '7', 'x-from': 'node' }),
  )
  await using gateway = await startGateway({ nodes: { comments: [node.url] } })
  const body = '{ "text": "an odd \\u0000 one", "text": 1e999, '
  const headers = { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': 'k' }
  const reply = await send(gateway, 'POST', comments, { body, headers, token: 't' })
  expect(node.requests).toMatchObject([{ body, headers: { ...headers, authorization: 'Bearer t' } }])
  expect([reply.status, reply.json()]).toEqual([429, { code: 'slow_mode' }])
  expect(reply.headers).toMatchObject({
    'retry-after': '7',
    'x-from': 'node',
    'access-control-allow-origin': '*',
  })
})

test('GW-1: what the interface does not have is not sent on', async () => {
  await using node = await named('any')
  const urls = [node.url]
  await using gateway = await startGateway({ nodes: { comments: urls, realtime: urls, dispatcher: urls } })
  expect((await send(gateway, 'GET', '/v1/other')).status).toBe(404)
  expect((await send(gateway, 'GET', '/metrics')).status).toBe(404)
  expect((await send(gateway, 'DELETE', '/create')).status).toBe(405)
  expect((await send(gateway, 'POST', comments, { body: 'x'.repeat(70_000) })).status).toBe(413)
  expect(node.requests).toEqual([])
})

test('GW-1: what the process has a route for it answers itself', async () => {
  await using node = await named('node')
  await using gateway = await startGateway({
    nodes: { comments: [node.url] },
    routes: (app) => app.post('/create', async (request) => ({ itself: request.body })),
  })
  const reply = await send(gateway, 'POST', '/create', { body: { text: 'hi' } })
  expect(reply.json()).toEqual({ itself: { text: 'hi' } })
})

test('GW-1: nodes take turns, over connections that are kept', async () => {
  await using ann = await named('ann')
  await using ben = await named('ben')
  await using gateway = await startGateway({ nodes: { comments: [ann.url, ben.url] } })
  for (let turn = 0; turn < 10; turn++) await send(gateway, 'GET', comments)
  expect([ann.requests.length, ben.requests.length]).toEqual([5, 5])
  expect(ann.connections).toBe(1)
})

test('GW-3: a request that was sent on once is not sent on again', async () => {
  await using gateway = await startGateway({ nodes: { comments: ['http://127.0.0.1:1'] } })
  await using circle = await startGateway({ nodes: { comments: [gateway.url] } })
  const reply = await send(circle, 'POST', comments, { body: {} })
  expect([reply.status, reply.json()]).toMatchObject([503, { code: 'node_unreachable', retryable: true }])
  expect(reply.headers['retry-after']).toMatch(/^[12]$/)
})

test('GW-10: a request that did not reach a node is offered to another', async () => {
  await using node = await named('ann')
  await using gateway = await startGateway({
    nodes: { comments: [await goneUrl(), await goneUrl(), node.url] },
  })
  const reply = await send(gateway, 'POST', comments, { body: { text: 'hi' } })
  expect(reply.json()).toEqual({ name: 'ann', method: 'POST' })
  expect(node.requests).toMatchObject([{ body: '{"text":"hi"}' }])
})

test('GW-10: it is offered to few, and then refused with when to come again', async () => {
  const gone = await Promise.all([1, 2, 3, 4].map(goneUrl))
  await using node = await named('the fifth')
  await using gateway = await startGateway({ nodes: { comments: [...gone, node.url] } })
  const reply = await send(gateway, 'GET', comments)
  expect([reply.status, reply.json()]).toMatchObject([503, { code: 'node_unreachable' }])
  expect(gateway.unreachable).toEqual({ request: 1, stream: 0 })
  expect(node.requests).toEqual([])
})

const torn: [string, string, Record<string, string>, number][] = [
  ['a comment without a key', 'POST', {}, 503],
  ['a comment with a key', 'POST', { 'idempotency-key': 'k' }, 200],
  ['a change of the settings', 'PATCH', {}, 503],
  ['a removal', 'DELETE', {}, 200],
  ['a page', 'GET', {}, 200],
]

test.for(torn)(
  'GW-10: %s, its answer lost, is offered to another only where that does no harm',
  async ([, method, headers, status]) => {
    await using torn = await startNode((_, response) => response.socket?.resetAndDestroy())
    await using ann = await named('ann')
    await using gateway = await startGateway({ nodes: { comments: [torn.url, ann.url] } })
    const path = { PATCH: '/v1/live-videos/lobby', DELETE: `${comments}/id-1` }[method] ?? comments
    const reply = await send(gateway, method, path, { headers, ...(method !== 'GET' && { body: {} }) })
    expect([reply.status, torn.requests.length, ann.requests.length]).toEqual([
      status,
      1,
      status === 200 ? 1 : 0,
    ])
  },
)

test('GW-10: a node that is stopping refuses, and another one is asked', async () => {
  await using leaving = await startNode((_, response) =>
    answerJson(response, 503, { code: 'stopping' }, { 'retry-after': '1' }),
  )
  await using ann = await named('ann')
  await using gateway = await startGateway({ nodes: { comments: [leaving.url, ann.url] } })
  const reply = await send(gateway, 'POST', comments, { body: {} })
  expect([reply.status, reply.json(), reply.headers['retry-after']]).toEqual([
    200,
    { name: 'ann', method: 'POST' },
    undefined,
  ])
})

test('GW-10: a node whose store is gone is believed: no other would have it', async () => {
  await using node = await startNode((_, response) =>
    answerJson(response, 503, { code: 'store_unavailable' }),
  )
  await using gateway = await startGateway({ nodes: { comments: [node.url, node.url] } })
  const reply = await send(gateway, 'GET', comments)
  expect([reply.status, reply.json(), node.requests.length]).toEqual([503, { code: 'store_unavailable' }, 1])
})

test('GW-7: a frozen node holds a request for so long and no longer', async () => {
  await using frozen = await startNode(() => {})
  await using ann = await named('ann')
  const options = { requestAnswerMsMax: 300 }
  await using gateway = await startGateway({ nodes: { comments: [frozen.url, ann.url] }, options })
  expect((await send(gateway, 'GET', comments)).json()).toMatchObject({ name: 'ann' })
  expect((await send(gateway, 'GET', comments)).json()).toMatchObject({ name: 'ann' })
  expect((await send(gateway, 'POST', comments, { body: {} })).status).toBe(503)
})

test('GW-8: a request tells the node the address of the client, whatever the client says', async () => {
  await using node = await named('ann')
  await using gateway = await startGateway({ nodes: { comments: [node.url] } })
  const headers = { 'x-forwarded-for': '1.2.3.4', expect: '100-continue', 'keep-alive': 'timeout=5' }
  expect((await send(gateway, 'POST', comments, { body: {}, headers })).status).toBe(200)
  const seen = node.requests[0]?.headers ?? {}
  expect([seen['x-forwarded-for'], seen['x-chorus-forwarded'], seen['keep-alive']]).toEqual([
    '127.0.0.1',
    '1',
    undefined,
  ])
})
