import { describe, expect, test } from 'vitest'
import { startGateway } from '../../src/gateway/testing/gateway-server.ts'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus, startChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { type RequestParts, send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { secondsFromNow, signToken } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

interface Ticket {
  ticket: string
  expiresAt: number
}

const server = sharedChorus()
const token = signToken({ sub: 'ann' })
const streamOf = (liveVideoId: string) => `/v1/live-videos/${liveVideoId}/stream`
const askForTicket = (liveVideoId: string, parts: RequestParts) =>
  send(server, 'POST', `/v1/live-videos/${liveVideoId}/stream-tickets`, parts)

async function ticketFor(liveVideoId: string): Promise<string> {
  const reply = await askForTicket(liveVideoId, { token })
  expect(reply.status).toBe(201)
  return reply.json<Ticket>().ticket
}

test('RT-8: the head of a stream is what proxies and browsers need', async () => {
  using viewer = new Viewer(server, newLiveVideoId())
  await expect.poll(() => viewer.retries).toHaveLength(1)
  expect(viewer.status).toBe(200)
  expect(viewer.headers).toMatchObject({
    'content-type': expect.stringMatching(/^text\/event-stream(;|$)/),
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': '*',
  })
  expect(viewer.headers['content-length']).toBeUndefined()
  expect(viewer.headers['content-encoding']).toBeUndefined()
})

test.each<[string, Record<string, string>]>([
  ['plain', { 'accept-encoding': 'identity' }],
  ['gzip', { 'accept-encoding': 'gzip' }],
])('RT-31: HEAD is answered with the head of the stream, and nobody watches: %s', async (_, headers) => {
  const path = streamOf(newLiveVideoId())
  await using gateway = await startGateway({ owner: () => server.url })
  using viewer = new Viewer(server, 'another', { headers })
  await expect.poll(() => viewer.status).toBe(200)
  const { date: _date, ...head } = viewer.headers
  for (const front of [server, gateway]) {
    const response = await fetch(`${front.url}${path}`, { method: 'HEAD', headers })
    const answered = Object.fromEntries(response.headers)
    expect([response.status, await response.text()]).toEqual([200, ''])
    for (const name of ['content-type', 'content-encoding', 'vary', 'cache-control'])
      expect(answered[name]).toBe(head[name])
    if (front === server) expect(answered).toMatchObject(head)
  }
  await expect.poll(() => readMetric(server, 'chorus_viewers')).toBe(1)
})

test('RT-31: HEAD is refused as the stream would be', async () => {
  const reply = await send(server, 'HEAD', streamOf(newLiveVideoId()), { token: 'none of ours' })
  expect([reply.status, reply.headers['content-type']]).toEqual([401, 'application/problem+json'])
})

test('RT-29: HTTP/1.0 is sent a body without chunks, and it ends with its connection', async () => {
  const liveVideoId = newLiveVideoId()
  const request = `GET ${streamOf(liveVideoId)} HTTP/1.0\r\n\r\n`
  await using own = await startChorus()
  using viewer = new RawConnection(own, request)
  await expect.poll(() => viewer.received).toContain('event: viewers')
  await own.stop()
  await expect.poll(() => viewer.closed).toBe(true)
  const [head, ...body] = viewer.received.split('\r\n\r\n')
  expect(head).not.toMatch(/transfer-encoding|content-length/i)
  expect(body.join('')).toMatch(
    /^retry: \d+\n\nid: -:0\n\nevent: viewers\n.*\n\n: closed: server_stopping\n\n$/s,
  )
})

test('RT-8: retry differs from viewer to viewer', async () => {
  const liveVideoId = newLiveVideoId()
  using all = new DisposableStack()
  const viewers = Array.from({ length: 20 }, () => all.use(new Viewer(server, liveVideoId)))
  await expect.poll(() => viewers.every(({ retries }) => retries.length === 1)).toBe(true)
  expect(new Set(viewers.map(({ retries }) => retries[0])).size).toBeGreaterThan(10)
})

test('RT-8: a page of any site may open a stream', async () => {
  const path = streamOf(newLiveVideoId())
  const reply = await send(server, 'OPTIONS', path, {
    headers: {
      origin: 'https://elsewhere.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization, last-event-id',
    },
  })
  expect(reply.status).toBe(204)
  expect(reply.headers['access-control-allow-origin']).toBe('*')
  expect(reply.headers['access-control-allow-headers']).toMatch(/authorization/i)
})

describe('tickets', () => {
  test('RT-10: a ticket opens the stream of its live video, without any header', async () => {
    const liveVideoId = newLiveVideoId()
    const reply = await askForTicket(liveVideoId, { token })
    expect(reply.status).toBe(201)
    const { ticket, expiresAt } = reply.json<Ticket>()
    expect(expiresAt - Date.now()).toBeGreaterThan(50_000)
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000)
    using viewer = new Viewer(server, liveVideoId, { query: `ticket=${ticket}` })
    const comment = await authorOf(server, { sub: 'ann' }).comment(liveVideoId, 'hello')
    await expect.poll(() => viewer.comments).toEqual([comment])
  })

  test('RT-10: a ticket is for no other live video', async () => {
    const ticket = await ticketFor(newLiveVideoId())
    expectProblem(
      await send(server, 'GET', `${streamOf(newLiveVideoId())}?ticket=${ticket}`),
      'video_not_allowed',
    )
  })

  test('RT-10: a ticket is no token, and a token is no ticket', async () => {
    const liveVideoId = newLiveVideoId()
    const ticket = await ticketFor(liveVideoId)
    const comments = `/v1/live-videos/${liveVideoId}/comments`
    expectProblem(
      await send(server, 'POST', comments, { token: ticket, body: { text: 'hello' } }),
      'token_invalid',
    )
    expectProblem(await send(server, 'GET', streamOf(liveVideoId), { token: ticket }), 'token_invalid')
    expectProblem(await askForTicket(liveVideoId, { token: ticket }), 'token_invalid')
    expectProblem(await send(server, 'GET', `${streamOf(liveVideoId)}?ticket=${token}`), 'token_invalid')
  })

  test('RT-10: a ticket that is off lets nobody in as an anonymous viewer', async () => {
    const liveVideoId = newLiveVideoId()
    const ticket = await ticketFor(liveVideoId)
    for (const off of [`${ticket}x`, ticket.slice(1), 'nonsense', ''])
      expectProblem(await send(server, 'GET', `${streamOf(liveVideoId)}?ticket=${off}`), 'token_invalid')
  })

  test('RT-10: who has no token for a live video gets no ticket for it', async () => {
    const liveVideoId = newLiveVideoId()
    const elsewhere = signToken({ sub: 'ann', videos: [newLiveVideoId()] })
    const expired = signToken({ sub: 'ann', exp: secondsFromNow(-5) })
    expectProblem(await askForTicket(liveVideoId, {}), 'unauthenticated')
    expectProblem(await askForTicket(liveVideoId, { token: elsewhere }), 'video_not_allowed')
    expectProblem(await askForTicket(liveVideoId, { token: expired }), 'token_expired')
    expectProblem(
      await askForTicket(liveVideoId, { headers: { cookie: `chorus_token=${token}` } }),
      'unauthenticated',
    )
  })
})

describe('tokens and cookies', () => {
  test.each<[string, (text: string) => Record<string, string>]>([
    ['header', (text) => ({ authorization: `Bearer ${text}` })],
    ['cookie', (text) => ({ cookie: `theme=dark; chorus_token=${text}; other=1` })],
  ])('RT-10: a token in a %s opens the streams it is good for, and no others', async (_, headersFor) => {
    const [liveVideoId, other] = [newLiveVideoId(), newLiveVideoId()]
    const headers = headersFor(signToken({ sub: 'ann', videos: [liveVideoId] }))
    using viewer = new Viewer(server, liveVideoId, { headers })
    await expect.poll(() => viewer.lastEventId).toBe('-:0')
    expectProblem(await send(server, 'GET', streamOf(other), { headers }), 'video_not_allowed')

    const expired = headersFor(signToken({ sub: 'ann', exp: secondsFromNow(-1) }))
    expectProblem(await send(server, 'GET', streamOf(liveVideoId), { headers: expired }), 'token_expired')
    const forged = headersFor(signToken({ sub: 'ann' }, 'another secret of thirty-two letters or more'))
    expectProblem(await send(server, 'GET', streamOf(liveVideoId), { headers: forged }), 'token_invalid')
  })

  const basic = { authorization: 'Basic YW5uOnNlY3JldA==' }

  test('RT-10: what a proxy in front asks a browser for does no harm to a cookie, a ticket, or who has neither', async () => {
    const liveVideoId = newLiveVideoId()
    const cookie = `chorus_token=${signToken({ sub: 'ann', videos: [liveVideoId] })}`
    using withCookie = new Viewer(server, liveVideoId, { headers: { ...basic, cookie } })
    const query = `ticket=${await ticketFor(liveVideoId)}`
    using withTicket = new Viewer(server, liveVideoId, { headers: basic, query })
    using anonymous = new Viewer(server, liveVideoId, { headers: basic })
    for (const viewer of [withCookie, withTicket, anonymous])
      await expect.poll(() => viewer.lastEventId).toBe('-:0')
    const other = await send(server, 'GET', streamOf(newLiveVideoId()), { headers: { ...basic, cookie } })
    expectProblem(other, 'video_not_allowed')
  })

  test.each(['Bearer', 'Bearer ', 'Bearer a b', 'bearer "x"', 'Bearer,', 'forgotten-scheme', ''])(
    'RT-10: a header that was meant to be a token lets nobody in as an anonymous viewer: %j',
    async (authorization) => {
      const headers = { authorization, cookie: `chorus_token=${token}` }
      expectProblem(await send(server, 'GET', streamOf(newLiveVideoId()), { headers }), 'token_invalid')
    },
  )

  test('RT-10: a cookie that holds no token lets nobody in as an anonymous viewer; an empty one is none', async () => {
    const read = (value: string) =>
      send(server, 'GET', streamOf(newLiveVideoId()), { headers: { cookie: `chorus_token=${value}` } })
    for (const value of ['rubbish', '%22', 'a b', '"rubbish"', '"'])
      expectProblem(await read(value), 'token_invalid')
    for (const name of ['__Host-chorus_token', '__Secure-chorus_token']) {
      const cookie = `chorus_token=${token}; ${name}=rubbish`
      const headers = { cookie }
      expectProblem(await send(server, 'GET', streamOf(newLiveVideoId()), { headers }), 'token_invalid')
    }
    for (const value of [`"${token}"`, token, '', '""']) {
      const headers = { cookie: `a=b; chorus_token=${value} ; c=d` }
      using viewer = new Viewer(server, newLiveVideoId(), { headers })
      await expect.poll(() => viewer.lastEventId, { message: value }).toBe('-:0')
    }
  })

  test('RT-10: a cookie is for streams alone: other sites make browsers send it along', async () => {
    const liveVideoId = newLiveVideoId()
    const headers = { cookie: `chorus_token=${signToken({ sub: 'mod', role: 'moderator' })}` }
    const { id } = await authorOf(server, { sub: 'ann' }).comment(liveVideoId, 'hello')
    const video = `/v1/live-videos/${liveVideoId}`
    const replies = [
      await send(server, 'POST', `${video}/comments`, { headers, body: { text: 'hello' } }),
      await send(server, 'POST', '/create', { headers, body: { liveVideoId, text: 'hello' } }),
      await send(server, 'DELETE', `${video}/comments/${id}`, { headers }),
      await send(server, 'PATCH', video, { headers, body: { closed: true } }),
    ]
    for (const reply of replies) expectProblem(reply, 'unauthenticated')
  })
})
