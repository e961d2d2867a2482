import { test as plainTest } from 'vitest'
import { slotCount } from '../../src/placement/slots.ts'
import { authorOf, readPage } from '../support/author.ts'
import { newLiveVideoId, sharedChorus, startChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { secondsFromNow, signToken } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

// Whatever can only be seen by waiting for it: all at the same time, on one server.
const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const test = plainTest.concurrent
const patient = { timeout: 30_000, interval: 100 }

test('RT-8: a quiet stream gets a comment line within 15 seconds, and not all do at once', async ({
  expect,
}) => {
  const liveVideoId = newLiveVideoId()
  using all = new DisposableStack()
  const viewers = Array.from({ length: 15 }, () => all.use(new Viewer(server, liveVideoId)))
  const began = performance.now()
  const counts = new Set<number>()
  const quiet = () => {
    const count = viewers.filter(({ asides }) => asides.length === 0).length
    counts.add(count)
    return count
  }
  await expect.poll(quiet, patient).toBe(0)
  // A second more for two busy cores.
  expect(performance.now() - began).toBeLessThan(16_000)
  expect(counts.size).toBeGreaterThan(5)
  expect(viewers.some(({ ended }) => ended)).toBe(false)
})

test('HT-3: /v1/dispatch says what this node carries, until nobody has watched it for a while', async ({
  expect,
}) => {
  const liveVideoId = newLiveVideoId()
  const nodes = async () => (await send(server, 'GET', '/v1/dispatch')).json<{ nodes: unknown[] }>().nodes
  const carrying = (liveVideos: unknown) => [
    {
      url: server.url,
      roles: ['comments', 'realtime', 'dispatcher', 'gateway'],
      slots: slotCount,
      reached: true,
      load: {
        viewers: expect.any(Number),
        deliveriesPerSecond: expect.any(Number),
        liveVideos,
        draining: false,
      },
    },
  ]
  {
    using viewer = new Viewer(server, liveVideoId)
    await expect.poll(() => viewer.lastEventId).toBe('-:0')
    await expect.poll(nodes).toEqual(carrying(expect.arrayContaining([{ liveVideoId, viewers: 1 }])))
  }
  const others = expect.not.arrayContaining([expect.objectContaining({ liveVideoId })])
  await expect.poll(nodes, patient).toEqual(carrying(others))
  const comment = await ann.comment(liveVideoId, 'meanwhile')
  using again = new Viewer(server, liveVideoId)
  await expect.poll(() => again.comments).toEqual([comment])
})

test('HT-2: requests that never come to their end are closed with 408, and give their sockets back', async ({
  expect,
}) => {
  const headers = [
    'Content-Type: application/json',
    'Content-Length: 100',
    `Authorization: Bearer ${ann.token}`,
  ]
  const postHead = rawRequest('POST /create', headers)
  const beginnings = ['', 'GET /v1/live-vid', 'POST /create HTTP/1.1\r\nHost: te', `${postHead}{"text":"hel`]
  using all = new DisposableStack()
  const connections = beginnings.map((bytes) => all.use(new RawConnection(server, bytes)))
  const dripping = all.use(new RawConnection(server, 'GET /healthz HTTP/1.1\r\nX-Slow: '))
  const drip = setInterval(() => dripping.write('z'), 1_000)
  const began = performance.now()
  await expect.poll(() => [...connections, dripping].every(({ closed }) => closed), patient).toBe(true)
  clearInterval(drip)
  expect(performance.now() - began).toBeLessThan(19_000)
  const [silent, ...others] = connections
  expect(silent?.received).toMatch(/^$|^HTTP\/1\.1 408 /)
  for (const { received } of [...others, dripping]) {
    expect(received).toMatch(/^HTTP\/1\.1 408 /)
    expect(received).toContain('content-type: application/problem+json')
    const body = JSON.parse(received.split('\r\n\r\n')[1] ?? '')
    expect(body).toMatchObject({ code: 'request_timeout', status: 408, retryable: true })
  }
})

test('RT-10: a token that expires ends the stream, and says why', async ({ expect }) => {
  const liveVideoId = newLiveVideoId()
  const exp = secondsFromNow(4)
  const token = signToken({ sub: 'ann', exp })
  using byHeader = new Viewer(server, liveVideoId, { token })
  using byCookie = new Viewer(server, liveVideoId, { headers: { cookie: `chorus_token=${token}` } })
  using anonymous = new Viewer(server, liveVideoId)
  const viewers = [byHeader, byCookie]
  await expect.poll(() => viewers.every(({ lastEventId }) => lastEventId === '-:0')).toBe(true)
  const comment = await ann.comment(liveVideoId, 'before')
  await expect.poll(() => viewers.every(({ ended }) => ended), patient).toBe(true)
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000)
  expect(Date.now()).toBeLessThan((exp + 3) * 1_000)
  for (const viewer of viewers) {
    expect(viewer.comments).toEqual([comment])
    expect(viewer.events.at(-1)).toEqual({ id: undefined, event: 'auth.expired', data: {} })
  }
  expect(anonymous.ended).toBe(false)
  expectProblem(
    await send(server, 'GET', `/v1/live-videos/${liveVideoId}/stream`, { token }),
    'token_expired',
  )
})

test('RT-10: a ticket ends with the token that it stands for, and so does its stream', async ({ expect }) => {
  const liveVideoId = newLiveVideoId()
  const exp = secondsFromNow(4)
  const token = signToken({ sub: 'ann', exp })
  const path = `/v1/live-videos/${liveVideoId}/stream`
  const reply = await send(server, 'POST', `${path}-tickets`, { token })
  const { ticket, expiresAt } = reply.json<{ ticket: string; expiresAt: number }>()
  expect(expiresAt).toBeLessThanOrEqual(exp * 1_000)
  using viewer = new Viewer(server, liveVideoId, { query: `ticket=${ticket}` })
  await expect.poll(() => viewer.lastEventId).toBe('-:0')
  await expect.poll(() => viewer.ended, patient).toBe(true)
  expect(viewer.events.at(-1)?.event).toBe('auth.expired')
  expectProblem(await send(server, 'GET', `${path}?ticket=${ticket}`), 'token_invalid')
})

test('RT-2: viewers are told how many they are', async ({ expect }) => {
  const liveVideoId = newLiveVideoId()
  using one = new Viewer(server, liveVideoId)
  await expect.poll(() => one.named('viewers').at(-1)?.data).toEqual({ viewers: 1 })
  using two = new Viewer(server, liveVideoId)
  await expect.poll(() => two.named('viewers').at(-1)?.data).toEqual({ viewers: 2 })
  await expect.poll(() => one.named('viewers').at(-1)?.data).toEqual({ viewers: 2 })
  expect(one.named('viewers').every(({ id }) => id === undefined)).toBe(true)
})

test('CM-6: after the time that Retry-After names, the next comment is taken', async ({ expect }) => {
  const liveVideoId = newLiveVideoId()
  const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
  await mod.change(liveVideoId, { slowModeMs: 1_000 })
  const one = await ann.comment(liveVideoId, 'one')
  await expect.poll(async () => (await ann.post(liveVideoId, 'two')).status).toBe(201)
  const { comments } = await readPage(server, liveVideoId)
  expect((comments[0]?.createdAt ?? 0) - one.createdAt).toBeGreaterThanOrEqual(1_000)
})

test('RT-9: connections that say nothing, or only half of a request, do not hold up the stop', async ({
  expect,
}) => {
  await using server = await startChorus()
  using silent = await new RawConnection(server).connected()
  using half = await new RawConnection(server, 'POST /create HTTP/1.1\r\nHost: te').connected()
  const head = rawRequest('POST /create', ['Content-Type: application/json', 'Content-Length: 100'])
  using halfBody = new RawConnection(server, `${head}{"text":"hel`)
  using idle = new RawConnection(server, rawRequest('GET /healthz'))
  await expect.poll(() => idle.received).toContain('{"status":"ok"}')
  await halfBody.connected()
  const began = performance.now()
  const exit = await server.stop()
  expect([exit.code, exit.stderr.includes('still not stopped')]).toEqual([0, false])
  expect(performance.now() - began).toBeLessThan(8_000)
  await expect.poll(() => [silent, half, halfBody, idle].every(({ closed }) => closed)).toBe(true)
})
