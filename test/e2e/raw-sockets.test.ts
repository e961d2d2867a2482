import { afterEach, expect, test } from 'vitest'
import { authorOf, readAll } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })

afterEach(async () => {
  // Whatever was sent: the server still serves, nobody is counted as watching, and no socket is left but our own.
  await ann.comment(newLiveVideoId(), 'still here')
  await expect.poll(() => readMetric(server, 'chorus_viewers')).toBe(0)
  const sockets = () => readMetric(server, 'nodejs_active_resources{type="TCPSocketWrap"}')
  await expect.poll(sockets).toBeLessThanOrEqual(2)
})

const closedAfter = async (connection: RawConnection): Promise<string> => {
  await expect.poll(() => connection.closed).toBe(true)
  return connection.received
}

const postOf = (liveVideoId: string, text: string, more: string[] = []): string => {
  const body = JSON.stringify({ text })
  const headers = [
    `Authorization: Bearer ${ann.token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...more,
  ]
  return rawRequest(`POST /v1/live-videos/${liveVideoId}/comments`, headers) + body
}

test.each<[string, string[]]>([
  ['one header of 20 kB', [`X-Flood: ${'x'.repeat(20_000)}`]],
  ['a thousand headers', Array.from({ length: 1_000 }, (_, index) => `X-Flood-${index}: ${'x'.repeat(20)}`)],
  ['a cookie of 20 kB', [`Cookie: chorus_token=${'x'.repeat(20_000)}`]],
])('HT-2: a flood of headers is refused: %s', async (_, headers) => {
  using connection = new RawConnection(server, rawRequest('GET /healthz', headers))
  const received = await closedAfter(connection)
  expect(received).toMatch(/^HTTP\/1\.1 431 /)
  expect(received).toContain('content-type: application/problem+json')
  expect(received).toContain('"code":"headers_too_large"')
})

test('HT-2: an address of 20 kB is refused', async () => {
  using connection = new RawConnection(server, rawRequest(`GET /${'x'.repeat(20_000)}`))
  expect(await closedAfter(connection)).toMatch(/^HTTP\/1\.1 (431|414) /)
})

test.each<[string, string | Buffer]>([
  ['letters', 'hello, is anybody there?\r\n\r\n'],
  ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex')],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['bytes', Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7 + 128) % 256))],
  ['HTTP/9.9', 'GET / HTTP/9.9\r\nHost: test\r\n\r\n'],
  ['a header without a name', 'GET /healthz HTTP/1.1\r\nHost: test\r\n: x\r\n\r\n'],
  ['a space in a header’s name', 'GET /healthz HTTP/1.1\r\nHost: test\r\nContent Length: 0\r\n\r\n'],
  ['a NUL in a header', 'GET /healthz HTTP/1.1\r\nHost: te\0st\r\n\r\n'],
  ['a length that is none', rawRequest('POST /create', ['Content-Length: many'])],
  ['two lengths', rawRequest('POST /create', ['Content-Length: 3', 'Content-Length: 5'])],
  ['a length and chunks', rawRequest('POST /create', ['Content-Length: 3', 'Transfer-Encoding: chunked'])],
  ['chunks that are none', `${rawRequest('POST /create', ['Transfer-Encoding: chunked'])}zz\r\n`],
])('HT-2: what is no HTTP is answered with 400 and closed: %s', async (_, bytes) => {
  using connection = new RawConnection(server, bytes)
  const received = await closedAfter(connection)
  expect(received).toMatch(/^HTTP\/1\.1 400 /)
  expect(received).toContain('content-type: application/problem+json')
})

test('HT-2: a request without a Host is refused', async () => {
  using connection = new RawConnection(server, 'GET /healthz HTTP/1.1\r\n\r\n')
  expect(await closedAfter(connection)).toMatch(/^HTTP\/1\.1 400 /)
})

test('HT-2: requests sent in one go are answered one by one, in order', async () => {
  const liveVideoId = newLiveVideoId()
  const texts = Array.from({ length: 20 }, (_, index) => `pipelined ${index}`)
  const requests = texts.map((text) => postOf(liveVideoId, text)).join('')
  using connection = new RawConnection(server, requests + rawRequest('GET /healthz', ['Connection: close']))
  const received = await closedAfter(connection)
  const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)
  expect(statuses).toEqual([...texts.map(() => '201'), '200'])
  const answered = [...received.matchAll(/"text":"(pipelined \d+)"/g)].map(([, text]) => text)
  expect(answered).toEqual(texts)
  expect((await readAll(server, liveVideoId)).map(({ text }) => text).sort()).toEqual(texts.toSorted())
})

test('HT-2: a stream sent right behind another request never writes before its turn', async () => {
  const liveVideoId = newLiveVideoId()
  const stream = rawRequest(`GET /v1/live-videos/${liveVideoId}/stream`)
  using connection = new RawConnection(server, postOf(liveVideoId, 'hello') + stream)
  // Served in its turn or closed, as HTTP lets a server do with what is pipelined: both are right.
  await expect.poll(() => connection.closed || connection.received.includes('event: viewers')).toBe(true)
  const answers = connection.received.split(/(?=HTTP\/1\.1 )/)
  expect(answers[0]).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
  expect(answers[0]).not.toContain('retry:')
  expect(answers[1] ?? 'HTTP/1.1 200 OK').toMatch(/^HTTP\/1\.1 200 OK/)
})

test('HT-2: what is sent behind a stream writes nothing into it', async () => {
  const [one, other] = [newLiveVideoId(), newLiveVideoId()]
  const stream = (id: string) => rawRequest(`GET /v1/live-videos/${id}/stream`)
  const behind = stream(other) + stream(one) + rawRequest('GET /healthz')
  using connection = new RawConnection(server, stream(one) + behind)
  await expect.poll(() => connection.closed || connection.received.includes('event: viewers')).toBe(true)
  await ann.comment(other, 'of another live video')
  await ann.comment(one, 'of this one')
  await expect.poll(() => connection.closed || connection.received.includes('of this one')).toBe(true)
  expect(connection.received).not.toContain('of another live video')
  expect(connection.received.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1)
  expect(connection.received.match(/retry:/g)?.length ?? 0).toBeLessThanOrEqual(1)
})

test('HT-2: authors who are gone in the middle of a body store nothing', async () => {
  const liveVideoId = newLiveVideoId()
  const request = postOf(liveVideoId, 'x'.repeat(2_000))
  for (let count = 0; count < 50; count++) {
    using connection = await new RawConnection(server).connected()
    connection.write(request.slice(0, request.length - 1 - count * 30))
    connection.reset()
  }
  const marker = await ann.comment(liveVideoId, 'the first one')
  expect(await readAll(server, liveVideoId)).toEqual([marker])
})

test('HT-2: an author who is gone before the answer finds the comment by its key', async () => {
  const liveVideoId = newLiveVideoId()
  using connection = await new RawConnection(server).connected()
  connection.write(postOf(liveVideoId, 'hello', ['Idempotency-Key: k']))
  await expect.poll(() => readAll(server, liveVideoId)).toHaveLength(1)
  connection.reset()
  expect((await ann.post(liveVideoId, 'hello', { key: 'k' })).status).toBe(200)
  expect(await readAll(server, liveVideoId)).toHaveLength(1)
})

test('HT-2: viewers who come and go, politely or not, leave nothing behind', async () => {
  const liveVideoId = newLiveVideoId()
  using staying = new Viewer(server, liveVideoId)
  const stream = rawRequest(`GET /v1/live-videos/${liveVideoId}/stream`)
  for (let round = 0; round < 10; round++) {
    const connections = Array.from({ length: 10 }, () => new RawConnection(server, stream))
    await expect.poll(() => connections.some(({ received }) => received !== '')).toBe(true)
    await ann.comment(liveVideoId, `round ${round}`)
    for (const [index, connection] of connections.entries())
      index % 2 ? connection.reset() : connection[Symbol.dispose]()
  }
  await expect.poll(() => staying.seqs).toHaveLength(10)
  await expect.poll(() => readMetric(server, 'chorus_viewers')).toBe(1)
})

test('HT-2: bytes sent up a stream end it and harm nobody else', async () => {
  const liveVideoId = newLiveVideoId()
  using other = new Viewer(server, liveVideoId)
  using rude = new RawConnection(server, rawRequest(`GET /v1/live-videos/${liveVideoId}/stream`))
  await expect.poll(() => rude.received).toContain('event: viewers')
  rude.write('\0\0\0 what is this?\r\n\r\n')
  await closedAfter(rude)
  await ann.comment(liveVideoId, 'hello')
  await expect.poll(() => other.seqs).toEqual([1])
})

test('HT-2: 300 connections at once are all answered', async () => {
  using all = new DisposableStack()
  const connections = Array.from({ length: 300 }, () => {
    return all.use(new RawConnection(server, rawRequest('GET /healthz', ['Connection: close'])))
  })
  await expect.poll(() => connections.every(({ closed }) => closed)).toBe(true)
  expect(connections.filter(({ received }) => !received.startsWith('HTTP/1.1 200 OK'))).toEqual([])
  expect((await send(server, 'GET', '/healthz')).status).toBe(200)
})
