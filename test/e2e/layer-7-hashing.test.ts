import { describe, expect, test } from 'vitest'
import { problems } from '../../src/domain/errors.ts'
import { answerJson, type NodeServer, openStream, startNode } from '../../src/gateway/testing/node-server.ts'
import { startHaproxy } from '../support/backends/haproxy.ts'
import { startNginx } from '../support/backends/nginx.ts'
import type { Addressed } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { Viewer } from '../support/viewer.ts'

/** Nodes by the number that live videos may be hashed to. */
interface Nodes {
  realtime: Map<number, NodeServer>
  comments: NodeServer[]
}

interface Balancer extends Addressed, AsyncDisposable {
  accessLog: string
}

/** Says which node it is, whatever is asked; a stream says it in its first comment line. */
const startNamed = (name: string): Promise<NodeServer> =>
  startNode(({ path }, response) => {
    if (/\/stream(\?|$)/.test(path)) openStream(response, `retry: 2000\n\n: ${name}\n\n`)
    else answerJson(response, 200, { name })
  })

async function startNodes(count: number): Promise<Nodes & AsyncDisposable> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const realtime = await Promise.all(numbers.map((number) => startNamed(`realtime-${number}`)))
  const comments = await Promise.all([startNamed('comments-1'), startNamed('comments-2')])
  return {
    realtime: new Map(numbers.map((number) => [number, realtime[number - 1] as NodeServer])),
    comments,
    async [Symbol.asyncDispose]() {
      await Promise.all([...realtime, ...comments].map((node) => node[Symbol.asyncDispose]()))
    },
  }
}

const urls = (nodes: Iterable<NodeServer>): string[] => [...nodes].map(({ url }) => url)

const balancers: [string, (nodes: Nodes) => Promise<Balancer>][] = [
  [
    'nginx',
    ({ realtime, comments }) =>
      startNginx('nginx-hash.conf', { realtime: urls(realtime.values()), comments: urls(comments) }),
  ],
  [
    'HAProxy',
    ({ realtime, comments }) =>
      startHaproxy({
        realtime: [...realtime].map(([id, { url }]) => ({ id, url })),
        comments: urls(comments),
      }),
  ],
]

const videos = Array.from({ length: 600 }, (_, index) => `video-${index}`)

async function nameAt(balancer: Addressed, path: string, headers = {}): Promise<string> {
  const reply = await send(balancer, 'GET', path, { headers })
  return reply.json<{ name: string }>().name
}

const nodeOf = (balancer: Addressed, liveVideoId: string): Promise<string> =>
  nameAt(balancer, `/v1/live-videos/${liveVideoId}`)

/** Which node each live video goes to. */
async function placesOf(balancer: Addressed): Promise<Map<string, string>> {
  const places = new Map<string, string>()
  for (const id of videos) places.set(id, await nodeOf(balancer, id))
  return places
}

const movedBetween = (before: Map<string, string>, after: Map<string, string>): string[] =>
  videos.filter((id) => before.get(id) !== after.get(id))

describe.for(balancers)('%s hashing on the LiveVideoId', ([, start]) => {
  test('LB-1: state, stream, tickets and the header lead to the same node, however the id is written', async () => {
    await using nodes = await startNodes(4)
    await using balancer = await start(nodes)
    for (const id of videos.slice(0, 30)) {
      const node = await nodeOf(balancer, id)
      expect(node).toMatch(/^realtime/)
      using viewer = new Viewer(balancer, id, { query: 'history=5' })
      await expect.poll(() => viewer.asides).toEqual([node])
      expect(await nodeOf(balancer, id.replace('v', '%76'))).toBe(node)
      expect(await nameAt(balancer, '/healthz', { 'x-live-video-id': id })).toBe(node)
      expect(await nameAt(balancer, `/v1/live-videos/${id}`, { 'x-live-video-id': 'other' })).toBe(node)
      const ticket = await send(balancer, 'POST', `/v1/live-videos/${id}/stream-tickets`)
      expect(ticket.json()).toEqual({ name: node })
    }
  })

  test('LB-1: comments and all the rest go to the comments nodes in turn', async () => {
    await using nodes = await startNodes(2)
    await using balancer = await start(nodes)
    const headers = { 'x-live-video-id': 'video-1' }
    const asked: [string, string][] = [
      ['POST', '/v1/live-videos/video-1/comments'],
      ['GET', '/v1/live-videos/video-1/comments?limit=3'],
      ['DELETE', '/v1/live-videos/video-1/comments/id-1'],
      ['PATCH', '/v1/live-videos/video-1'],
      ['POST', '/create'],
      ['GET', '/'],
    ]
    const names = new Set<string>()
    for (const [method, path] of [...asked, ...asked]) {
      const withHeader = path === '/' ? {} : headers
      const reply = await send(balancer, method, path, {
        headers: withHeader,
        body: method === 'GET' ? undefined : {},
      })
      names.add(reply.json<{ name: string }>().name)
    }
    expect([...names].sort()).toEqual(['comments-1', 'comments-2'])
  })

  test('LB-2: every node gets its share, and another balancer places the same', async () => {
    await using nodes = await startNodes(4)
    await using one = await start(nodes)
    await using other = await start(nodes)
    const places = await placesOf(one)
    const counts = [...Map.groupBy(places.values(), (name) => name).values()].map(({ length }) => length)
    expect(counts).toHaveLength(4)
    expect(Math.max(...counts)).toBeLessThan(1.5 * (videos.length / 4))
    expect(movedBetween(places, await placesOf(other))).toEqual([])
  })

  test('LB-3: with a node more only its own share moves, and with a node less only that one’s', async () => {
    await using nodes = await startNodes(5)
    const without = (number: number): Nodes => ({
      ...nodes,
      realtime: new Map([...nodes.realtime].filter(([id]) => id !== number)),
    })
    await using all = await start(nodes)
    await using less = await start(without(2))
    const [before, after] = [await placesOf(less), await placesOf(all)]
    const moved = movedBetween(before, after)
    expect(moved.length).toBeGreaterThan(0)
    expect(moved.length).toBeLessThan((1.6 * videos.length) / 5)
    expect(new Set(moved.map((id) => after.get(id)))).toEqual(new Set(['realtime-2']))
  })

  test('LB-4: what a dead node served goes to the others, the rest stays, and no stream is refused', async () => {
    await using nodes = await startNodes(4)
    await using balancer = await start(nodes)
    const before = await placesOf(balancer)
    await nodes.realtime.get(3)?.[Symbol.asyncDispose]()
    const after = await placesOf(balancer)
    const moved = movedBetween(before, after)
    expect(new Set(moved.map((id) => before.get(id)))).toEqual(new Set(['realtime-3']))
    expect([...after.values()]).not.toContain('realtime-3')
    for (const id of moved.slice(0, 10)) {
      using viewer = new Viewer(balancer, id)
      await expect.poll(() => viewer.asides.length).toBe(1)
      expect(viewer.status).toBe(200)
    }
  })

  test('LB-5: when nobody answers a stream is told to come back, and a request gets a problem', async () => {
    const nodes = await startNodes(2)
    await using balancer = await start(nodes)
    await nodes[Symbol.asyncDispose]()
    const retries = new Set<number>()
    for (const id of videos.slice(0, 10)) {
      using viewer = new Viewer(balancer, id)
      await expect.poll(() => viewer.ended).toBe(true)
      expect([viewer.status, viewer.asides]).toEqual([200, ['closed: node_unreachable']])
      expect(viewer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
      for (const retryMs of viewer.retries) retries.add(retryMs)
    }
    expect(retries.size).toBeGreaterThan(5)
    expect(Math.min(...retries)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...retries)).toBeLessThan(1_500)
    // A page that brought cookies is allowed to read it, or its EventSource would give up for good.
    const headers = { origin: 'https://x.example' }
    using page = new Viewer(balancer, 'lobby', { headers })
    await expect.poll(() => page.ended).toBe(true)
    const reply = await send(balancer, 'POST', '/create', { body: {}, headers })
    for (const each of [page.headers, reply.headers])
      expect(each).toMatchObject({
        'access-control-allow-origin': 'https://x.example',
        'access-control-allow-credentials': 'true',
        'x-content-type-options': 'nosniff',
      })
    expect(reply.status).toBe(503)
    expect(reply.json()).toMatchObject({ code: 'node_unreachable', ...problems.node_unreachable })
    expect(reply.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' })
  })

  test('LB-6: a node is told the client’s address, and not to send the request on, whatever the client says', async () => {
    await using nodes = await startNodes(1)
    await using balancer = await start(nodes)
    const headers = { 'x-forwarded-for': '1.2.3.4', 'x-chorus-forwarded': 'no' }
    await send(balancer, 'GET', '/v1/live-videos/lobby', { headers })
    const seen = nodes.realtime.get(1)?.requests.find(({ path }) => path.endsWith('/lobby'))
    expect(seen?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-chorus-forwarded': '1',
    })
  })

  test('LB-10: it logs which node had a request, and nothing that stands behind a question mark', async () => {
    await using nodes = await startNodes(1)
    await using balancer = await start(nodes)
    await send(balancer, 'GET', '/v1/live-videos/lobby?ticket=very-secret')
    await expect.poll(() => balancer.accessLog).toMatch(/GET \/v1\/live-videos\/lobby 200/)
    expect(balancer.accessLog).not.toContain('very-secret')
  })

  test('LB-8: what is for operators and nodes is not had through it', async () => {
    await using nodes = await startNodes(1)
    await using balancer = await start(nodes)
    const headers = { 'x-live-video-id': 'lobby' }
    for (const path of ['/metrics', '/metric%73', '/v1/internal/assignment', '/v1/%69nternal/events'])
      expect((await send(balancer, 'GET', path, { headers })).status).toBe(404)
  })
})
