import { describe, expect, test } from 'vitest'
import { authorOf, postMany, readPage } from '../support/author.ts'
import { newLiveVideoId, sharedChorus, startChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { Viewer, type ViewerOptions } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const fromTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

const ways: [string, (position: string) => ViewerOptions][] = [
  ['Last-Event-ID', (lastEventId) => ({ lastEventId })],
  ['lastEventId=', (position) => ({ query: `lastEventId=${position}` })],
  ['last_event_id=', (position) => ({ query: `last_event_id=${encodeURIComponent(position)}` })],
]
const otherSpellings = ['Last-Event-ID', 'last-event-id', 'lastEventID', 'LASTEVENTID']

/** The two doors of a stream: a bare socket, and the HTTP server. */
const bothDoors: Record<string, string>[] = [{}, { te: 'trailers' }]

test.each(otherSpellings)('RT-3: a viewer resumes with the parameter %s as well', async (name) => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 4)
  const [epoch] = (await readPage(server, liveVideoId)).after.split(':')
  for (const headers of bothDoors) {
    // The first that holds something counts.
    using viewer = new Viewer(server, liveVideoId, { query: `last_event_id=&${name}=${epoch}:2`, headers })
    await expect.poll(() => viewer.seqs).toEqual([3, 4])
  }
  const refused = await send(server, 'GET', `/v1/live-videos/${liveVideoId}/stream?${name}=nowhere`)
  expectProblem(refused, 'invalid_position')
})

describe.each(ways)('RT-3: with %s', (_, at) => {
  test('RT-3: a viewer resumes from the ring and sees every event once, in order', async () => {
    const liveVideoId = newLiveVideoId()
    using staying = new Viewer(server, liveVideoId)
    await postMany(ann, liveVideoId, 100)
    await expect.poll(() => staying.seqs).toEqual(fromTo(1, 100))
    const position = staying.events.find(({ id }) => id?.includes(':40:'))?.id ?? ''
    const fromRing = () => readMetric(server, 'chorus_resumes_total{result="ring"}')
    const before = await fromRing()

    using viewer = new Viewer(server, liveVideoId, at(position))
    await expect.poll(() => viewer.seqs).toEqual(fromTo(41, 100))
    await ann.comment(liveVideoId, 'live')
    await expect.poll(() => viewer.seqs).toEqual(fromTo(41, 101))
    expect(await fromRing()).toBe(before + 1)
  })
})

test('RT-3: after a restart viewers resume from far behind the ring, by the store', async () => {
  await using own = await startChorus()
  const liveVideoId = newLiveVideoId()
  const author = authorOf(own, { sub: 'ann' })
  await postMany(author, liveVideoId, 1_300)
  const [epoch] = (await readPage(own, liveVideoId)).after.split(':')
  await own.stop()
  await own.start()

  using viewers = new DisposableStack()
  // The ring of 1,024 events begins after 276.
  const seqs = [0, 10, 10, 275, 276, 1_299]
  const resumed = seqs.flatMap((seq) =>
    ways.map(([, at]) => {
      const viewer = viewers.use(new Viewer(own, liveVideoId, at(`${epoch}:${seq}`)))
      return { viewer, expected: fromTo(seq + 1, 1_301) }
    }),
  )
  await expect.poll(() => resumed.every(({ viewer }) => viewer.seqs.at(-1) === 1_300)).toBe(true)
  await author.comment(liveVideoId, 'live')
  for (const { viewer, expected } of resumed) await expect.poll(() => viewer.seqs).toEqual(expected)
  expect(await readMetric(own, 'chorus_resumes_total{result="store"}')).toBe(12)
  expect(await readMetric(own, 'chorus_resumes_total{result="ring"}')).toBe(6)
})

test('RT-3: who comes back from too far behind is told how much is left out, and gets the newest', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 10_100, undefined, 64)
  const [epoch] = (await readPage(server, liveVideoId)).after.split(':')
  using tooFar = new Viewer(server, liveVideoId, { lastEventId: `${epoch}:99` })
  using justNot = new Viewer(server, liveVideoId, { lastEventId: `${epoch}:100` })
  await expect
    .poll(() => [tooFar, justNot].every(({ lastEventId }) => lastEventId?.includes(':10100:')))
    .toBe(true)
  expect(justNot.seqs).toEqual(fromTo(101, 10_100))
  const [gap] = tooFar.named('gap')
  expect(gap?.data).toEqual({ missed: 10_001 - tooFar.seqs.length, reason: 'too_far_behind' })
  expect(tooFar.seqs).toEqual(fromTo(10_101 - tooFar.seqs.length, 10_100))
})

test('RT-3: what the browser sends by itself is newer than what stands in the URL', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 10)
  const [epoch] = (await readPage(server, liveVideoId)).after.split(':')
  using viewer = new Viewer(server, liveVideoId, {
    lastEventId: `${epoch}:8`,
    query: `lastEventId=${epoch}:2&history=50`,
  })
  await expect.poll(() => viewer.seqs).toEqual([9, 10])
})

test('RT-3: a viewer who leaves and comes back many times misses and repeats nothing', async () => {
  const liveVideoId = newLiveVideoId()
  const posting = postMany(ann, liveVideoId, 400, undefined, 4)
  const seen: number[] = []
  let lastEventId: string | undefined = '-:0'
  while (seen.at(-1) !== 400) {
    using viewer = new Viewer(server, liveVideoId, { lastEventId })
    await expect.poll(() => viewer.seqs.length, { interval: 5 }).toBeGreaterThan(0)
    // Both in one turn, so that nothing comes between.
    seen.push(...viewer.seqs)
    lastEventId = viewer.lastEventId
  }
  await posting
  expect(seen).toEqual(fromTo(1, 400))
})

test('RT-6: a position of another log is answered with reset, and the stream goes on from now', async () => {
  const liveVideoId = newLiveVideoId()
  const comments = await postMany(ann, liveVideoId, 3)
  const { after } = await readPage(server, liveVideoId)
  const [epoch] = after.split(':')
  for (const lastEventId of ['feedbeef00:2', 'feedbeef00:99', `${epoch}:99`]) {
    using viewer = new Viewer(server, liveVideoId, { lastEventId })
    await expect
      .poll(() => viewer.named('reset'))
      .toEqual([expect.objectContaining({ data: { position: after } })])
    await expect.poll(() => viewer.lastEventId).toBe(after)
    expect(viewer.comments).toEqual([])
  }
  using viewer = new Viewer(server, liveVideoId, { lastEventId: 'feedbeef00:2' })
  await expect.poll(() => viewer.lastEventId).toBe(after)
  const next = await ann.comment(liveVideoId, 'next')
  await expect.poll(() => viewer.comments).toEqual([next])
  expect(comments).toHaveLength(3)
})

test('RT-6: a log begun anew after its store was lost is another log', async () => {
  const liveVideoId = newLiveVideoId()
  await using old = await startChorus()
  await postMany(authorOf(old, { sub: 'ann' }), liveVideoId, 3)
  const { after } = await readPage(old, liveVideoId)
  await ann.comment(liveVideoId, 'anew')
  using viewer = new Viewer(server, liveVideoId, { lastEventId: after })
  await expect.poll(() => viewer.named('reset')).toHaveLength(1)
})

test.each([
  'nonsense',
  '17',
  ':1',
  'abcd:',
  'abcd:-1',
  'abcd:1.5',
  'abcd:99999999999999999',
  '-:3',
  "a';--:1",
])('RT-6: what is no position is refused: %s', async (position) => {
  const path = `/v1/live-videos/${newLiveVideoId()}/stream`
  const query = encodeURIComponent(position)
  const replies = [
    await send(server, 'GET', path, { headers: { 'last-event-id': position } }),
    await send(server, 'GET', `${path}?lastEventId=${query}`),
    await send(server, 'GET', `${path}?last_event_id=${query}`),
  ]
  for (const reply of replies) expectProblem(reply, 'invalid_position')
})
