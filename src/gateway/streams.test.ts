import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { RawConnection, rawRequest } from '../../test/support/raw-connection.ts'
import { Viewer } from '../../test/support/viewer.ts'
import { type GatewayServer, ownUrl, startGateway } from './testing/gateway-server.ts'
import { type NodeServer, openStream, startNode } from './testing/node-server.ts'

const event = (seq: number) => `id: e:${seq}\nevent: comment.created\ndata: {"seq":${seq}}\n\n`

/** A gateway before one node, which serves every live video. */
const before = (node: NodeServer, options = {}): Promise<GatewayServer> =>
  startGateway({ owner: () => node.url, options })

async function opened(viewer: Viewer): Promise<void> {
  await expect.poll(() => viewer.retries).toEqual([2_000])
}

test('GW-2: a stream is had from the node that serves the live video, asked as the viewer asked', async () => {
  await using ann = await startNode()
  await using ben = await startNode()
  await using gateway = await startGateway({ owner: (id) => (id === 'one' ? ann.url : ben.url) })
  using first = new Viewer(gateway, 'one', {
    query: 'history=7&ticket=a%2Bb',
    rate: null,
    lastEventId: 'e:5',
  })
  using second = new Viewer(gateway, 'two', { headers: { cookie: 'chorus_token=t' }, rate: null })
  await Promise.all([opened(first), opened(second)])
  expect(ann.requests).toMatchObject([
    { path: '/v1/live-videos/one/stream?history=7&ticket=a%2Bb', headers: { 'last-event-id': 'e:5' } },
  ])
  expect(ben.requests).toMatchObject([
    { path: '/v1/live-videos/two/stream', headers: { cookie: 'chorus_token=t' } },
  ])
  expect(first.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' })
})

test('GW-2: a live video of its own is served by the process itself', async () => {
  await using gateway = await startGateway({
    owner: () => ownUrl,
    routes: (app) => app.get('/v1/live-videos/:liveVideoId/stream', async () => 'its own'),
  })
  const response = await fetch(`${gateway.url}/v1/live-videos/lobby/stream`)
  expect(await response.text()).toBe('its own')
})

test('GW-2: one that another node serves is had from there although the process has the route', async () => {
  await using node = await startNode()
  await using gateway = await startGateway({
    owner: () => node.url,
    routes: (app) => app.get('/v1/live-videos/:liveVideoId/stream', async () => 'its own'),
  })
  using viewer = new Viewer(gateway, 'lobby')
  await opened(viewer)
})

test('GW-3: what was sent on once is never sent on again', async () => {
  await using node = await startNode()
  let served = 0
  await using gateway = await startGateway({
    owner: () => node.url,
    routes: (app) => app.get('/v1/live-videos/:liveVideoId/stream', async () => `its own ${++served}`),
  })
  await using circle = await startGateway({ owner: () => gateway.url })
  const response = await fetch(`${circle.url}/v1/live-videos/lobby/stream`)
  expect(await response.text()).toMatch(/^its own 1/)
  await using nobody = await startGateway({ owner: () => circle.url })
  const lost = await fetch(`${nobody.url}/v1/live-videos/lobby/stream`)
  expect([lost.status, await lost.text()]).toEqual([200, expect.stringContaining('closed: node_unreachable')])
  expect(node.requests).toEqual([])
})

test('GW-4: what the node writes is with the viewer at once, the head before any event', async () => {
  await using node = await startNode((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  await using gateway = await before(node)
  using viewer = new Viewer(gateway, 'lobby')
  await expect.poll(() => viewer.status).toBe(200)
  for (let seq = 1; seq <= 3; seq++) {
    node.stream.write(event(seq))
    await expect.poll(() => viewer.seqs.at(-1)).toBe(seq)
  }
})

/** The value once it has stopped changing. */
async function still(read: () => number): Promise<number> {
  let before = Number.NaN
  const same = () => {
    const [value, last] = [read(), before]
    before = value
    return value === last
  }
  await expect.poll(same, { interval: 400 }).toBe(true)
  return before
}

test('GW-4: a viewer who takes nothing stops the node, and gets every byte when it reads on', async () => {
  await using node = await startNode()
  await using gateway = await before(node)
  const viewer = connect(Number(new URL(gateway.url).port), '127.0.0.1').pause()
  viewer.write('GET /v1/live-videos/lobby/stream HTTP/1.1\r\nhost: x\r\n\r\n')
  await expect.poll(() => node.open.size).toBe(1)
  const { stream } = node
  const block = `data: ${'x'.repeat(65_528)}\n\n`
  let written = 0
  const fill = () => {
    for (let more = true; more && written < 1_000; written++) more = stream.write(block)
  }
  stream.on('drain', fill)
  fill()
  // What two pairs of kernel buffers hold, and no more.
  expect(await still(() => written)).toBeLessThan(500)
  let received = 0
  viewer.on('data', (bytes) => {
    received += bytes.length
  })
  viewer.resume()
  await expect.poll(() => received, { timeout: 40_000 }).toBeGreaterThanOrEqual(1_000 * block.length)
  viewer.destroy()
})

test('GW-5: the node hears at once that a viewer has left, also one that it has not answered yet', async () => {
  await using node = await startNode()
  await using silent = await startNode(() => {})
  await using gateway = await startGateway({ owner: (id) => (id === 'silent' ? silent.url : node.url) })
  using viewer = new Viewer(gateway, 'lobby')
  using waiting = new Viewer(gateway, 'silent')
  await opened(viewer)
  await expect.poll(() => silent.open.size).toBe(1)
  expect(gateway.streams()).toBe(2)
  viewer[Symbol.dispose]()
  waiting[Symbol.dispose]()
  await expect.poll(() => [node.open.size, silent.open.size, gateway.streams()]).toEqual([0, 0, 0])
  expect(gateway.unreachable.stream).toBe(0)
})

test.for([
  ['is killed', (node: NodeServer) => node.stream.socket?.destroySoon()],
  ['is torn off', (node: NodeServer) => node.stream.socket?.resetAndDestroy()],
] as const)(
  'GW-6: a viewer whose node %s comes back after half a second to a second and a half',
  async ([, end]) => {
    await using node = await startNode()
    await using gateway = await before(node)
    using viewer = new Viewer(gateway, 'lobby')
    await opened(viewer)
    end(node)
    await expect.poll(() => viewer.ended).toBe(true)
    expect(viewer.asides).toEqual(['closed: node_unreachable'])
    expect(viewer.retries).toEqual([2_000, expect.any(Number)])
    expect(viewer.retries[1]).toBeGreaterThanOrEqual(500)
    expect(viewer.retries[1]).toBeLessThanOrEqual(1_500)
    expect(gateway.unreachable.stream).toBe(1)
  },
)

test('GW-6: nothing is written into an event that was cut off', async () => {
  await using node = await startNode()
  await using gateway = await before(node)
  using viewer = new Viewer(gateway, 'lobby')
  await opened(viewer)
  node.stream.write(`${event(1)}${event(2).slice(0, -3)}`)
  node.stream.socket?.destroySoon()
  await expect.poll(() => viewer.ended).toBe(true)
  expect(viewer.isCutOff).toBe(true)
  expect(viewer.text.endsWith('data: {"seq":2')).toBe(true)
  expect([viewer.seqs, viewer.lastEventId]).toEqual([[1], 'e:1'])
})

test('GW-6: where the node says itself why it ends, that stands', async () => {
  await using node = await startNode()
  await using gateway = await before(node)
  using viewer = new Viewer(gateway, 'lobby')
  await opened(viewer)
  node.stream.end('retry: 3000\n\n: closed: moved\n\n')
  await expect.poll(() => viewer.ended).toBe(true)
  expect([viewer.retries, viewer.asides]).toEqual([[2_000, 3_000], ['closed: moved']])
  expect(viewer.isCutOff).toBe(false)
})

const passing: [string, (gone: string) => Parameters<typeof startGateway>[0], string][] = [
  ['a node that is gone', (gone) => ({ owner: () => gone }), 'node_unreachable'],
  ['no node known', () => ({}), 'node_unreachable'],
  ['a gateway that stops', (gone) => ({ owner: () => gone, stopping: () => true }), 'server_stopping'],
]

test.for(passing)('GW-6: %s is answered with 200, a retry and the end', async ([, parts, reason]) => {
  const node = await startNode()
  await node[Symbol.asyncDispose]()
  await using gateway = await startGateway(parts(node.url))
  using viewer = new Viewer(gateway, 'lobby')
  await expect.poll(() => viewer.ended).toBe(true)
  expect([viewer.status, viewer.asides]).toEqual([200, [`closed: ${reason}`]])
  expect(viewer.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' })
  expect(viewer.headers['access-control-allow-origin']).toBe('*')
  expect(viewer.retries[0]).toBeGreaterThanOrEqual(500)
})

test('GW-6: the retries of many are spread', async () => {
  await using gateway = await startGateway({})
  const read = async () => (await fetch(`${gateway.url}/v1/live-videos/lobby/stream`)).text()
  const answers = await Promise.all(Array.from({ length: 30 }, read))
  expect(new Set(answers).size).toBeGreaterThan(20)
})

test('GW-6: a refusal that will not pass keeps its status, a failure of the node does not', async () => {
  await using node = await startNode((_, response) => {
    const status = node.requests.length === 1 ? 403 : 500
    response
      .writeHead(status, { 'content-type': 'application/problem+json' })
      .end('{"code":"video_not_allowed"}')
  })
  await using gateway = await before(node)
  const read = () => fetch(`${gateway.url}/v1/live-videos/lobby/stream`)
  const refused = await read()
  expect([refused.status, await refused.text()]).toEqual([403, '{"code":"video_not_allowed"}'])
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  const failed = await read()
  expect([failed.status, await failed.text()]).toEqual([
    200,
    expect.stringContaining('closed: node_unreachable'),
  ])
})

test('GW-6: a stopping gateway ends the streams that go through it, each with its own time to come back', async () => {
  await using node = await startNode()
  const gateway = await before(node)
  using viewer = new Viewer(gateway, 'lobby')
  await opened(viewer)
  await gateway[Symbol.asyncDispose]()
  await expect.poll(() => viewer.ended).toBe(true)
  expect(viewer.asides).toEqual(['closed: server_stopping'])
  expect(viewer.retries).toHaveLength(2)
  await expect.poll(() => node.open.size).toBe(0)
})

const lastChunk = '0\r\n\r\n'
const endings: [string, (node: NodeServer, gateway: GatewayServer) => unknown, after: string][] = [
  ['its node ends it', (node) => node.stream.end(), lastChunk],
  ['its node is torn off', (node) => node.stream.socket?.resetAndDestroy(), ''],
  ['its node falls silent', () => {}, ''],
  ['the gateway stops', (_, gateway) => gateway[Symbol.asyncDispose](), ''],
]

test.for(endings)(
  'GW-15: a compressed stream passes as it is; when %s, only its end follows',
  async ([, end, after]) => {
    await using node = await startNode((_, response) => {
      response.setHeader('content-encoding', 'gzip').setHeader('vary', 'accept-encoding')
      openStream(response, '')
    })
    await using gateway = await before(node, { streamIdleMsMax: 600 })
    const request = rawRequest('GET /v1/live-videos/lobby/stream', ['Accept-Encoding: gzip;q=0.9, br'])
    using viewer = new RawConnection(gateway, request)
    await expect.poll(() => node.open.size).toBe(1)
    // Whoever took it for text would see a whole event at the end.
    const bytes = Buffer.from([0x1f, 0x8b, 8, 0, 0xff, 0, 10, 10])
    node.stream.write(bytes)
    await expect.poll(() => viewer.received).toContain(bytes.toString('latin1'))
    expect(node.requests[0]?.headers['accept-encoding']).toBe('gzip;q=0.9, br')
    end(node, gateway)
    await expect.poll(() => viewer.closed).toBe(true)
    const [head, ...body] = viewer.received.split('\r\n\r\n')
    expect(head).toMatch(/\r\ncontent-encoding: gzip\r\nvary: accept-encoding\r\n/)
    expect(body.join('\r\n\r\n')).toBe(`8\r\n${bytes.toString('latin1')}\r\n${after}`)
  },
)

test('GW-7: a node that takes the connection and says nothing is given up', async () => {
  await using node = await startNode(() => {})
  await using gateway = await before(node, { streamAnswerMsMax: 200 })
  using viewer = new Viewer(gateway, 'lobby')
  await expect.poll(() => viewer.ended).toBe(true)
  expect(viewer.asides).toEqual(['closed: node_unreachable'])
  await expect.poll(() => node.open.size).toBe(0)
})

test('GW-7: a node that falls silent is given up; one that is only quiet is not', async () => {
  await using node = await startNode()
  await using gateway = await before(node, { streamIdleMsMax: 600 })
  using viewer = new Viewer(gateway, 'lobby')
  await opened(viewer)
  let beats = 0
  const heart = setInterval(() => node.stream.write(`: ${++beats}\n\n`), 200)
  await expect.poll(() => viewer.asides.length).toBeGreaterThan(6)
  expect(viewer.ended).toBe(false)
  clearInterval(heart)
  await expect.poll(() => viewer.ended).toBe(true)
  expect(viewer.asides.at(-1)).toBe('closed: node_unreachable')
})

test('GW-7: the streams of a node that has lost its lease end, whatever the node itself knows', async () => {
  await using frozen = await startNode()
  await using node = await startNode()
  const gone = new Set<string>()
  await using gateway = await startGateway({
    owner: (id) => (id === 'lobby' ? frozen.url : node.url),
    living: (url) => !gone.has(url),
    options: { leaseLookMs: 50 },
  })
  using viewer = new Viewer(gateway, 'lobby')
  using other = new Viewer(gateway, 'other')
  await Promise.all([opened(viewer), opened(other)])
  gone.add(frozen.url)
  await expect.poll(() => viewer.ended).toBe(true)
  expect(viewer.asides).toEqual(['closed: node_unreachable'])
  expect(other.ended).toBe(false)
  await expect.poll(() => [frozen.open.size, node.open.size]).toEqual([0, 1])
})

test('GW-7: a viewer who never reads on is given up', async () => {
  await using node = await startNode()
  await using gateway = await before(node, { streamIdleMsMax: 1_000 })
  const viewer = connect(Number(new URL(gateway.url).port), '127.0.0.1').pause()
  viewer.write('GET /v1/live-videos/lobby/stream HTTP/1.1\r\nhost: x\r\n\r\n')
  await expect.poll(() => node.open.size).toBe(1)
  for (let block = 0; block < 400; block++) node.stream.write(`data: ${'x'.repeat(65_528)}\n\n`)
  await expect.poll(() => [node.open.size, gateway.streams()]).toEqual([0, 0])
  expect(gateway.unreachable.stream).toBe(0)
  viewer.destroy()
})

test('GW-8: the node is told the address of the client, whatever the client says, and nothing of the connection', async () => {
  await using node = await startNode()
  await using gateway = await before(node)
  const headers = {
    'x-forwarded-for': '1.2.3.4',
    connection: 'keep-alive, x-mine',
    'x-mine': '1',
    te: 'trailers',
  }
  using viewer = new Viewer(gateway, 'lobby', { headers })
  await opened(viewer)
  const seen = node.requests[0]?.headers ?? {}
  expect(seen['x-forwarded-for']).toBe('127.0.0.1')
  expect(seen['x-chorus-forwarded']).toBe('1')
  expect([seen['x-mine'], seen.te, seen.host]).toEqual([undefined, undefined, new URL(node.url).host])
})

test('GW-8: a stream asked for behind another one on the same connection is not fetched', async () => {
  await using node = await startNode()
  await using gateway = await before(node)
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write('GET /v1/live-videos/lobby/stream HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(5))
  await expect.poll(() => node.open.size).toBe(1)
  socket.destroy()
  await expect.poll(() => [node.open.size, gateway.streams()]).toEqual([0, 0])
  expect(node.requests).toHaveLength(1)
})

test('GW-9: accel names the node to nginx, and only that', async () => {
  await using node = await startNode()
  await using gateway = await startGateway({ mode: 'accel', owner: () => node.url })
  const response = await fetch(`${gateway.url}/v1/live-videos/lobby/stream?history=3&lastEventId=e%3A1`)
  const path = '/v1/live-videos/lobby/stream?history=3&lastEventId=e%3A1'
  expect(response.headers.get('x-accel-redirect')).toBe(`/_node/${new URL(node.url).host}${path}`)
  expect(await response.text()).toBe('')
  expect(node.requests).toEqual([])
})

test('GW-9: accel answers itself what no node is needed for', async () => {
  await using gateway = await startGateway({ mode: 'accel', owner: () => null })
  const response = await fetch(`${gateway.url}/v1/live-videos/lobby/stream`)
  expect(response.headers.has('x-accel-redirect')).toBe(false)
  expect(await response.text()).toContain('closed: node_unreachable')
  const bad = await fetch(`${gateway.url}/v1/live-videos/a%20b/stream`)
  expect(bad.status).toBe(400)
})

test('GW-4: a stream goes on for as long as both want it', async () => {
  await using node = await startNode((_, response) => openStream(response))
  await using gateway = await before(node)
  using viewer = new Viewer(gateway, 'lobby')
  await opened(viewer)
  for (let seq = 1; seq <= 5_000; seq++) node.stream.write(event(seq))
  await expect.poll(() => viewer.seqs.length).toBe(5_000)
  expect(viewer.seqs).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1))
})
