import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../../src/gateway/testing/gateway-server.ts'
import { authorOf, postMany } from '../support/author.ts'
import { startNginx } from '../support/backends/nginx.ts'
import { type Addressed, newLiveVideoId, sharedChorus, startChorus } from '../support/chorus-server.ts'
import {
  clients,
  open,
  overCurl,
  overHttp,
  type Reading,
  upTo,
  urlOf,
} from '../support/compressed-readers.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const fromTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

interface Front extends Addressed, AsyncDisposable {}

const startGatewayBefore = (node: Addressed): Promise<Front> => startGateway({ owner: () => node.url })

/** nginx as it is deployed: a gateway names it the node. */
async function startNginxBefore(node: Addressed): Promise<Front & { secureUrl: string }> {
  const stack = new AsyncDisposableStack()
  const gateway = stack.use(await startGateway({ mode: 'accel', owner: () => node.url }))
  const { url, secureUrl } = stack.use(await startNginx('nginx.conf', { gateways: [gateway.url] }))
  return { url, secureUrl, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

describe.each<[string, (node: Addressed) => Promise<Front>]>([
  ['directly', async ({ url }) => ({ url, async [Symbol.asyncDispose]() {} })],
  ['through a gateway', startGatewayBefore],
  ['through nginx', startNginxBefore],
])('RT-26: %s', (_, start) => {
  let front: Front
  beforeAll(async () => {
    front = await start(server)
  })
  afterAll(() => front?.[Symbol.asyncDispose]())

  test.each(clients)('RT-26: %s reads history, what is live, and goes on where it was', async (_, read) => {
    const liveVideoId = newLiveVideoId()
    const url = urlOf(front, liveVideoId)
    using all = new DisposableStack()
    await postMany(ann, liveVideoId, 5)
    open(all, url)
    const early = all.use(read(url))
    await expect.poll(() => early.seqs).toEqual(fromTo(1, 5))
    expect([early.coding, early.headers.vary]).toEqual(['gzip', 'accept-encoding'])
    for (const seq of fromTo(6, 8)) {
      await ann.comment(liveVideoId, `live ${seq}`)
      await expect.poll(() => early.seqs.at(-1)).toBe(seq)
    }
    const pouring = postMany(ann, liveVideoId, 200)
    const late = all.use(read(`${url}&history=200`))
    await pouring
    await upTo([early, late], 208)
    const again = all.use(
      read(url, { 'last-event-id': early.events.find(({ id }) => id?.includes(':150:'))?.id ?? '' }),
    )
    await expect.poll(() => again.seqs).toEqual(fromTo(151, 208))
    expect(early.seqs).toEqual(fromTo(1, 208))
    expect(late.seqs).toEqual(fromTo(209 - late.seqs.length, 208))
    expect([early, late, again].map(({ complaint }) => complaint)).toEqual([null, null, null])
  })
})

test('RT-26: curl reads it over TLS and HTTP/2 as well', async () => {
  await using nginx = await startNginxBefore(server)
  const liveVideoId = newLiveVideoId()
  using reading = overCurl(urlOf({ url: nginx.secureUrl }, liveVideoId))
  await expect.poll(() => reading.lastEventId).toBe('-:0')
  await ann.comment(liveVideoId, 'live')
  await expect.poll(() => reading.seqs).toEqual([1])
  expect([reading.coding, reading.version]).toEqual(['gzip', 'HTTP/2'])
})

test.each(['identity', 'br', 'gzip;q=0', 'deflate, *;q=0'])(
  'RT-25: a client that accepts %j gets plain text',
  async (accepted) => {
    const liveVideoId = newLiveVideoId()
    await ann.comment(liveVideoId, 'hello')
    using reading = overHttp(urlOf(server, liveVideoId), { 'accept-encoding': accepted })
    await expect.poll(() => reading.seqs).toEqual([1])
    expect([reading.coding, reading.headers.vary]).toEqual([undefined, 'accept-encoding'])
  },
)

test('RT-25: a client that says nothing of what it accepts gets plain text', async () => {
  using viewer = new Viewer(server, newLiveVideoId())
  await expect.poll(() => viewer.lastEventId).toBe('-:0')
  expect(viewer.headers['content-encoding']).toBeUndefined()
})

test('RT-25: a request that only the HTTP server understands is answered with gzip all the same', async () => {
  const liveVideoId = newLiveVideoId()
  using reading = overHttp(urlOf(server, liveVideoId), { te: 'trailers' })
  await expect.poll(() => reading.lastEventId).toBe('-:0')
  await ann.comment(liveVideoId, 'live')
  await expect.poll(() => reading.seqs).toEqual([1])
  expect(reading.coding).toBe('gzip')
})

/** As each viewer gets it for itself, at its own moment: a block of plain bytes (RFC 1951, 3.2.4). */
const heartbeat = '\0\x0e\0\xf1\xff: still here\n\n\0\0\0\xff\xff'
const wireOf = ({ raw }: Reading) => Buffer.concat(raw).toString('latin1').replaceAll(heartbeat, '')

test('RT-23: all who accept gzip get the same bytes after their header, late joiners too', async () => {
  const liveVideoId = newLiveVideoId()
  using all = new DisposableStack()
  const readings: Reading[] = []
  for (const joining of [24, 1]) {
    readings.push(...open(all, urlOf(server, liveVideoId), joining))
    const counts = () => readings.map((reading) => reading.named('viewers').at(-1)?.data)
    await expect.poll(counts).toEqual(readings.map(() => ({ viewers: readings.length })))
    // Behind it nothing is on its way that is not for all.
    const { seq } = await ann.comment(liveVideoId, 'marker')
    await upTo(readings, seq)
    const [places, textPlace] = [readings.map((reading) => wireOf(reading).length), readings[0]?.text.length]
    await postMany(ann, liveVideoId, 100)
    await upTo(readings, seq + 100)
    const wires = new Set(readings.map((reading, index) => wireOf(reading).slice(places[index])))
    expect(wires.size).toBe(1)
    expect([...wires][0]?.length).toBeLessThan(readings[0]?.text.slice(textPlace).length ?? 0)
  }
  for (const reading of readings)
    expect(wireOf(reading)).satisfy((wire: string) => wire.startsWith('\x1f\x8b\x08\0'))
})

describe.each(clients)('RT-24: %s hears the end', (_, read) => {
  test.each(['stop', 'kill'] as const)('RT-24: of a server at its %s', async (end) => {
    await using own = await startChorus()
    await using gateway = await startGatewayBefore(own)
    const liveVideoId = newLiveVideoId()
    const comments = await postMany(authorOf(own, { sub: 'ann' }), liveVideoId, 20, undefined, 1)
    using all = new DisposableStack()
    const readings = [own, gateway].flatMap((front) =>
      fromTo(1, 5).map(() => all.use(read(urlOf(front, liveVideoId)))),
    )
    await upTo(readings, 20)
    await own[end]()
    await expect.poll(() => readings.every(({ ended }) => ended)).toBe(true)
    for (const reading of readings) {
      // The end of the body tells a stream that ended from one that was cut off.
      expect([reading.complaint === null, reading.comments]).toEqual([end === 'stop', comments])
      expect(reading.asides.filter((aside) => aside !== 'still here')).toEqual(
        end === 'stop' ? ['closed: server_stopping'] : [],
      )
    }
    const waits = readings.map(({ retries }) => retries.at(-1))
    expect(readings.map(({ retries }) => retries.length)).toEqual(
      readings.map(() => (end === 'stop' ? 2 : 1)),
    )
    expect(new Set(waits).size).toBeGreaterThan(5)
  })
})
