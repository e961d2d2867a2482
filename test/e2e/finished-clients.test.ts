import { expect, test } from 'vitest'
import { startGateway } from '../../src/gateway/testing/gateway-server.ts'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus, startChorusWith } from '../support/chorus-server.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const streamOf = (liveVideoId: string) => `GET /v1/live-videos/${liveVideoId}/stream?rate=all`
const viewers = () => readMetric(server, 'chorus_viewers')

/** What keeps a request from the bare sockets: only the HTTP server reads it. */
const doors: [string, string[]][] = [
  ['on a bare socket', []],
  ['by the HTTP server', ['TE: trailers']],
]

test.each(doors)(
  'RT-30: a viewer that ends its side after its request is served on, %s',
  async (_, headers) => {
    const liveVideoId = newLiveVideoId()
    using viewer = new RawConnection(server, rawRequest(streamOf(liveVideoId), headers))
    viewer.finish()
    await expect.poll(() => viewer.received).toContain('event: viewers')
    // Two, so that nothing depends on what the first write finds out.
    for (const text of ['the first', 'the second']) {
      await ann.comment(liveVideoId, text)
      await expect.poll(() => viewer.received).toContain(text)
    }
    await expect.poll(() => viewer.received.split(': still here').length).toBeGreaterThan(2)
    expect(viewer.closed).toBe(false)
  },
)

test('RT-30: so is one that was given to a worker', async () => {
  await using own = await startChorusWith({ CHORUS_WORKERS: '1' })
  const liveVideoId = newLiveVideoId()
  using viewer = new RawConnection(own, rawRequest(streamOf(liveVideoId)))
  viewer.finish()
  await expect.poll(() => viewer.received).toContain('event: viewers')
  await authorOf(own, { sub: 'ann' }).comment(liveVideoId, 'live')
  await expect.poll(() => viewer.received).toContain('live')
})

test('RT-30: viewers that end their side because they are gone are found out by the write after the next', async () => {
  const liveVideoId = newLiveVideoId()
  await expect.poll(viewers).toBe(0)
  const gone = Array.from({ length: 50 }, () => new RawConnection(server, rawRequest(streamOf(liveVideoId))))
  await expect.poll(viewers).toBe(50)
  for (const viewer of gone) viewer[Symbol.dispose]()
  // Long before their heartbeats come round.
  await expect.poll(viewers, { timeout: 8_000 }).toBe(0)
})

test('RT-30: a gateway ends the stream of a viewer that ends its side, and its node hears of it', async () => {
  await using gateway = await startGateway({ owner: () => server.url })
  const liveVideoId = newLiveVideoId()
  using viewer = new RawConnection(gateway, rawRequest(streamOf(liveVideoId)))
  await expect.poll(() => viewer.received).toContain('event: viewers')
  viewer.finish()
  await expect.poll(() => viewer.closed).toBe(true)
  await expect.poll(viewers).toBe(0)
})

test.each(['', '/comments'])(
  'HT-17: a client that ends its side after its request is answered: GET …%s',
  async (rest) => {
    const path = `/v1/live-videos/${newLiveVideoId()}${rest}`
    using client = new RawConnection(server, rawRequest(`GET ${path}`))
    client.finish()
    await expect.poll(() => client.closed).toBe(true)
    expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(client.received).toMatch(/\r\n\r\n\{.*\}$/)
  },
)
