import { connect } from 'node:net'
import { expect, test } from 'vitest'
import {
  type GatewayServer,
  type GatewayServerParts,
  startGateway,
} from '../../src/gateway/testing/gateway-server.ts'
import { answerJson, type NodeServer, openStream, startNode } from '../../src/gateway/testing/node-server.ts'
import { type Nginx, startNginx } from '../support/backends/nginx.ts'
import { send } from '../support/http-client.ts'
import { Viewer } from '../support/viewer.ts'

interface Front extends AsyncDisposable {
  nginx: Nginx
  gateway: GatewayServer
}

/** nginx before a gateway that knows the nodes. */
async function startFront(parts: GatewayServerParts): Promise<Front> {
  const gateway = await startGateway({ mode: 'accel', ...parts })
  const nginx = await startNginx('nginx.conf', { gateways: [gateway.url] })
  return {
    nginx,
    gateway,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

async function goneUrl(): Promise<string> {
  await using node = await startNode()
  return node.url
}

const opened = (viewer: Viewer) => expect.poll(() => viewer.retries).toEqual([2_000])

test('LB-7: nginx fetches a stream from the node that the gateway names, with all that the viewer sent', async () => {
  await using node = await startNode((_, response) => {
    response.setHeader('cache-control', 'no-store, no-transform')
    openStream(response)
  })
  await using front = await startFront({ owner: () => node.url })
  using viewer = new Viewer(front.nginx, 'a..b~c', {
    query: 'history=3&ticket=a%2Bb',
    rate: null,
    lastEventId: 'e:7',
    headers: { 'x-chorus-forwarded': 'no', 'x-forwarded-for': '1.2.3.4', cookie: 'chorus_token=t' },
  })
  await opened(viewer)
  expect(node.requests).toMatchObject([
    {
      path: '/v1/live-videos/a..b~c/stream?history=3&ticket=a%2Bb',
      headers: {
        'last-event-id': 'e:7',
        'x-chorus-forwarded': '1',
        'x-forwarded-for': '127.0.0.1',
        cookie: 'chorus_token=t',
      },
    },
  ])
  expect(viewer.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' })
  expect(viewer.headers['x-accel-redirect']).toBeUndefined()
  expect(viewer.headers['cache-control']).toBe('no-store, no-transform')
  // The gateway has no part in it any more.
  expect(front.gateway.streams()).toBe(0)
  for (let seq = 1; seq <= 3; seq++) {
    node.stream.write(`id: e:${seq}\nevent: comment.created\ndata: {"seq":${seq}}\n\n`)
    await expect.poll(() => viewer.seqs.at(-1)).toBe(seq)
  }
})

test('LB-7: whatever else goes to a gateway, over connections that are kept', async () => {
  await using node = await startNode(({ method }, response) => answerJson(response, 200, { method }))
  await using front = await startFront({ owner: () => node.url, nodes: { comments: [node.url] } })
  const body = { text: 'x'.repeat(60_000) }
  for (let turn = 0; turn < 5; turn++)
    expect((await send(front.nginx, 'POST', '/create', { body })).json()).toEqual({ method: 'POST' })
  expect(node.requests.at(-1)?.body).toBe(JSON.stringify(body))
  const state = await send(front.nginx, 'GET', '/v1/live-videos/lobby')
  expect(state.json()).toEqual({ method: 'GET' })
  expect((await send(front.nginx, 'GET', '/v1/live-videos/a%20b/stream')).status).toBe(400)
})

test('LB-8: nobody outside can have nginx ask a node, or any other address', async () => {
  await using node = await startNode()
  await using front = await startFront({ owner: () => node.url })
  const { host, port } = new URL(node.url)
  for (const path of [
    `/_node/${host}/v1/live-videos/lobby/stream`,
    `/_node/127.0.0.1:${port}/metrics`,
    `/v1/live-videos/x/../../../_node/${host}/v1/live-videos/lobby/stream`,
    '/metrics',
    '/v1/internal/assignment',
  ])
    expect((await send(front.nginx, 'GET', path)).status).toBe(404)
  expect(node.requests).toEqual([])
})

test('LB-8: a gateway’s word leads to streams and nowhere else, and a node’s leads nowhere', async () => {
  await using node = await startNode(({ path }, response) =>
    path.startsWith('/v1/live-videos/sly')
      ? response
          .writeHead(200, { 'x-accel-redirect': `/_node/${new URL(node.url).host}/v1/live-videos/x/stream` })
          .end('sly')
      : answerJson(response, 200, {}),
  )
  const { host } = new URL(node.url)
  await using gateway = await startNode(({ path }, response) =>
    response.writeHead(200, { 'x-accel-redirect': `/_node/${host}${path.replace('/go', '')}` }).end(),
  )
  await using nginx = await startNginx('nginx.conf', { gateways: [gateway.url] })
  expect((await send(nginx, 'GET', '/go/metrics')).status).toBe(404)
  expect((await send(nginx, 'GET', '/go/v1/live-videos/lobby')).status).toBe(404)
  expect((await send(nginx, 'GET', '/go/v1/live-videos/sly/stream')).text).toBe('sly')
  expect(node.requests.map(({ path }) => path)).toEqual(['/v1/live-videos/sly/stream'])
})

const passing: [string, (answer: NodeServer) => Promise<GatewayServerParts>][] = [
  ['a node that is gone', async () => ({ owner: await goneUrl().then((url) => () => url) })],
  ['a node that fails', async (node) => ({ owner: () => node.url })],
  ['no node known', async () => ({})],
]

test.for(passing)('LB-5: behind nginx %s is answered with 200, a retry and the end', async ([, partsOf]) => {
  await using failing = await startNode((_, response) => answerJson(response, 500, {}))
  await using front = await startFront(await partsOf(failing))
  using viewer = new Viewer(front.nginx, 'lobby')
  await expect.poll(() => viewer.ended).toBe(true)
  expect([viewer.status, viewer.asides]).toEqual([200, ['closed: node_unreachable']])
  expect(viewer.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'access-control-allow-origin': '*',
  })
})

test('LB-5: with one gateway gone another is asked, with all of them gone nginx answers itself', async () => {
  await using node = await startNode((_, response) => openStream(response))
  const gateways = await Promise.all([1, 2].map(() => startGateway({ mode: 'accel', owner: () => node.url })))
  await using nginx = await startNginx('nginx.conf', { gateways: gateways.map(({ url }) => url) })
  await gateways[0]?.[Symbol.asyncDispose]()
  for (let turn = 0; turn < 3; turn++) {
    using viewer = new Viewer(nginx, 'lobby')
    await opened(viewer)
  }
  await gateways[1]?.[Symbol.asyncDispose]()
  using viewer = new Viewer(nginx, 'lobby')
  await expect.poll(() => viewer.asides).toEqual(['closed: node_unreachable'])
  const reply = await send(nginx, 'GET', '/v1/live-videos/lobby/comments')
  expect([reply.status, reply.json()]).toMatchObject([503, { code: 'node_unreachable' }])
})

test('LB-9: a viewer who leaves is gone from the node at once, and one who takes nothing stops it', async () => {
  await using node = await startNode()
  await using front = await startFront({ owner: () => node.url })
  const viewer = connect(Number(new URL(front.nginx.url).port), '127.0.0.1').pause()
  viewer.write('GET /v1/live-videos/lobby/stream HTTP/1.1\r\nhost: x\r\n\r\n')
  await expect.poll(() => node.open.size).toBe(1)
  const { stream } = node
  for (let block = 0; block < 1_000; block++) stream.write(`data: ${'x'.repeat(65_528)}\n\n`)
  await expect.poll(() => stream.writableLength).toBeGreaterThan(20e6)
  viewer.destroy()
  await expect.poll(() => node.open.size).toBe(0)
})

test('LB-9: streams outlive a reload of nginx', async () => {
  await using node = await startNode()
  await using front = await startFront({ owner: () => node.url })
  await using other = await startGateway({ mode: 'accel', owner: () => null })
  using viewer = new Viewer(front.nginx, 'lobby')
  await opened(viewer)
  front.nginx.reload({ gateways: [other.url] })
  const turnedAway = async () => {
    using newcomer = new Viewer(front.nginx, 'lobby')
    await expect.poll(() => newcomer.text).not.toBe('')
    return newcomer.asides
  }
  await expect.poll(turnedAway).toEqual(['closed: node_unreachable'])
  for (const stream of node.open) stream.write('event: viewers\ndata: {"viewers":1}\n\n')
  await expect.poll(() => viewer.named('viewers').length).toBe(1)
})

test('LB-10: no log of nginx holds what stands behind a question mark', async () => {
  await using node = await startNode()
  await using front = await startFront({ owner: (id) => (id === 'lobby' ? node.url : goneAddress) })
  const goneAddress = await goneUrl()
  for (const id of ['lobby', 'gone']) {
    using viewer = new Viewer(front.nginx, id, { query: 'ticket=very-secret' })
    await expect.poll(() => viewer.text).not.toBe('')
  }
  await expect.poll(() => front.nginx.accessLog.match(/\/stream/g)?.length).toBe(2)
  expect(front.nginx.accessLog).toContain('GET /_node/')
  expect(front.nginx.accessLog + front.nginx.printed).not.toContain('very-secret')
})
