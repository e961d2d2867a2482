import { randomBytes } from 'node:crypto'
import { constants, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { authorOf, postMany, readPage } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { clients, crowdSize, open, type Reading, upTo, urlOf } from '../support/compressed-readers.ts'
import { readMetric } from '../support/metrics.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { secondsFromNow, signToken } from '../support/tokens.ts'
import { unchunk } from '../support/unchunk.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
const fromTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('RT-24: who accepts gzip and who does not read the same', async () => {
  const liveVideoId = newLiveVideoId()
  using all = new DisposableStack()
  const readings = open(all, urlOf(server, liveVideoId))
  const plain = all.use(new Viewer(server, liveVideoId))
  await upTo(readings, 0)
  const [first, second] = await postMany(ann, liveVideoId, 50, (index) => `${index} שלום 👋 \u2028 ünïcode`)
  await mod.change(liveVideoId, { pinnedCommentId: first?.id ?? null, slowModeMs: 1_000 })
  await mod.remove(liveVideoId, second?.id ?? '')
  await mod.comment(liveVideoId, 'after')
  await expect.poll(() => plain.comments.at(-1)?.text).toBe('after')
  await upTo(readings, Number(plain.lastEventId?.split(':')[1]))
  const ofLog = ({ events }: Pick<Reading, 'events'>) => events.filter(({ id }) => id !== undefined)
  for (const reading of readings) expect(ofLog(reading)).toEqual(ofLog(plain))
  expect(new Set(ofLog(plain).map(({ event }) => event)).size).toBe(4)
})

test('RT-24: who comes back from far behind is served by the store', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 1_300)
  const [epoch] = (await readPage(server, liveVideoId)).after.split(':')
  const fromStore = () => readMetric(server, 'chorus_resumes_total{result="store"}')
  const before = await fromStore()
  using all = new DisposableStack()
  const readings = open(all, urlOf(server, liveVideoId), crowdSize, { 'last-event-id': `${epoch}:10` })
  await upTo(readings, 1_300)
  for (const { seqs } of readings) expect(seqs).toEqual(fromTo(11, 1_300))
  expect(await fromStore()).toBe(before + crowdSize)
})

test('RT-24: a sample tells by gaps what it leaves out', async () => {
  const liveVideoId = newLiveVideoId()
  using all = new DisposableStack()
  const readings = open(all, urlOf(server, liveVideoId, 'rate=0.5'))
  await upTo(readings, 0)
  await postMany(ann, liveVideoId, 60)
  await upTo(readings, 60)
  for (const reading of readings) {
    const missed = reading.named('gap').map(({ data }) => (data as { missed: number }).missed)
    expect(missed.length).toBeGreaterThan(0)
    expect(missed.reduce((sum, one) => sum + one, reading.seqs.length)).toBe(60)
  }
})

test('RT-24: a removed comment is gone from what was compressed already', async () => {
  const [liveVideoId, secretText] = [newLiveVideoId(), 'xylograph-7f3a-quincunx']
  const url = urlOf(server, liveVideoId)
  const before = await ann.comment(liveVideoId, 'before')
  const { id } = await ann.comment(liveVideoId, secretText)
  const after = await ann.comment(liveVideoId, 'after')
  using all = new DisposableStack()
  const watching = open(all, url)
  await upTo(watching, 3)
  expect(watching.filter(({ text }) => text.includes(secretText))).toHaveLength(crowdSize)
  await mod.remove(liveVideoId, id)
  await upTo(watching, 4)
  expect(watching.map((reading) => reading.named('comment.removed').length)).toEqual(watching.map(() => 1))
  const late = open(all, url)
  await upTo(late, 4)
  for (const { comments, text } of late) {
    expect(comments).toEqual([before, after])
    expect(text).not.toContain(secretText)
  }
})

/** 15 kB as UTF-8, of which compressing saves little. */
const noise = () =>
  String.fromCharCode(...new Uint16Array(randomBytes(9_980).buffer).map((one) => 0x4e00 + (one % 20_000)))

function decode({ received }: RawConnection): string {
  const { chunks } = unchunk(Buffer.from(received.slice(received.indexOf('\r\n\r\n') + 4), 'latin1'))
  return gunzipSync(Buffer.concat(chunks), { finishFlush: constants.Z_SYNC_FLUSH }).toString()
}

test('RT-24: viewers that stop reading are told what they missed, and then read on', async () => {
  const liveVideoId = newLiveVideoId()
  const path = `/v1/live-videos/${liveVideoId}/stream?rate=all`
  using all = new DisposableStack()
  const connect = () =>
    all.use(new RawConnection(server, rawRequest(`GET ${path}`, ['Accept-Encoding: gzip'])))
  const stopped = Array.from({ length: crowdSize }, connect)
  await expect.poll(() => stopped.every(({ received }) => received.includes('id: -:0'))).toBe(true)
  for (const connection of stopped) connection.pause()
  const slowViewers = () => readMetric(server, 'chorus_slow_viewers_total')
  const before = await slowViewers()
  while ((await slowViewers()) < before + crowdSize) await postMany(ann, liveVideoId, 40, noise, 8)
  // More than the ring holds.
  await postMany(ann, liveVideoId, 120, noise, 8)
  for (const connection of stopped) connection.resume()
  const { seq: total } = await ann.comment(liveVideoId, 'live again')
  const texts = () => stopped.map(decode)
  await expect.poll(() => texts().every((text) => text.includes('live again')), { interval: 300 }).toBe(true)
  for (const text of texts()) {
    const seqs = [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq))
    const missed = [...text.matchAll(/event: gap\ndata: {"missed":(\d+),"reason":"slow_viewer"}/g)]
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    expect(missed.length).toBeGreaterThan(0)
    expect(missed.reduce((sum, [, count]) => sum + Number(count), seqs.length)).toBe(total)
  }
})

// Whatever can only be seen by waiting for it, all at the same time.
describe.concurrent.each(clients)('RT-24: with time, %s', (_, read) => {
  const patient = { timeout: 30_000, interval: 100 }

  test('RT-24: hears heartbeats and how many watch, and then reads on', async ({ expect }) => {
    const liveVideoId = newLiveVideoId()
    using one = read(urlOf(server, liveVideoId))
    await expect.poll(() => one.named('viewers').at(-1)?.data).toEqual({ viewers: 1 })
    using two = read(urlOf(server, liveVideoId))
    await expect.poll(() => one.named('viewers').at(-1)?.data).toEqual({ viewers: 2 })
    await expect
      .poll(() => [one, two].every(({ asides }) => asides.includes('still here')), patient)
      .toBe(true)
    const comment = await ann.comment(liveVideoId, 'live')
    await expect.poll(() => [one.comments, two.comments]).toEqual([[comment], [comment]])
  })

  test('RT-24: is told that its token has expired', async ({ expect }) => {
    const liveVideoId = newLiveVideoId()
    const token = signToken({ sub: 'ann', exp: secondsFromNow(4) })
    using reading = read(urlOf(server, liveVideoId), { authorization: `Bearer ${token}` })
    await expect.poll(() => reading.lastEventId).toBe('-:0')
    const comment = await ann.comment(liveVideoId, 'before')
    await expect.poll(() => reading.ended, patient).toBe(true)
    expect([reading.coding, reading.comments, reading.complaint]).toEqual(['gzip', [comment], null])
    expect(reading.events.at(-1)).toEqual({ id: undefined, event: 'auth.expired', data: {} })
  })
})
