import { expect, test } from 'vitest'
import { authorOf, postMany } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const fromTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('RT-2: who joins while comments pour in gets history and all that follows, once and in order', async () => {
  const liveVideoId = newLiveVideoId()
  const total = 1_500
  await postMany(ann, liveVideoId, 50)
  using viewers = new DisposableStack()
  const joined: Viewer[] = []
  const pouring = postMany(ann, liveVideoId, total - 50, undefined, 16)
  const join = (query: string) => joined.push(viewers.use(new Viewer(server, liveVideoId, { query })))
  // Each next viewer joins once the one before is in the stream, so that they come at many different moments.
  for (const history of fromTo(1, 15).flatMap(() => [0, 50])) {
    join(`history=${history}`)
    await expect.poll(() => joined.at(-1)?.lastEventId, { interval: 5 }).toBeDefined()
  }
  await pouring
  await expect
    .poll(() => joined.filter(({ seqs }) => seqs.at(-1) === total || seqs.length === 0))
    .toHaveLength(30)
  for (const viewer of joined) {
    expect(viewer.seqs).toEqual(fromTo(total - viewer.seqs.length + 1, total))
    expect(viewer.named('gap')).toEqual([])
  }
  expect(new Set(joined.map(({ seqs }) => seqs[0])).size).toBeGreaterThan(3)
})

test.each([
  ['', 50],
  ['history=50', 50],
  ['history=0', 0],
  ['history=1', 1],
  ['history=200', 200],
])('RT-2: a stream with %j begins with %i comments, oldest first, then goes live', async (query, count) => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 210)
  using viewer = new Viewer(server, liveVideoId, { query })
  await expect.poll(() => viewer.lastEventId).toMatch(/:210:/)
  await ann.comment(liveVideoId, 'live')
  await expect.poll(() => viewer.seqs).toEqual(fromTo(211 - count, 211))
})

test('RT-2: history counts comments alone, and skips removed ones', async () => {
  const liveVideoId = newLiveVideoId()
  const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
  const comments = await postMany(ann, liveVideoId, 10, undefined, 1)
  for (const { id, seq } of comments) if (seq > 6) await mod.remove(liveVideoId, id)
  await mod.change(liveVideoId, { slowModeMs: 5_000 })
  using viewer = new Viewer(server, liveVideoId, { query: 'history=3' })
  await expect.poll(() => viewer.lastEventId).toMatch(/:15:/)
  expect(viewer.seqs).toEqual([4, 5, 6])
})

test('RT-2: a history of large comments, more than ring and outbox hold, arrives whole', async () => {
  const liveVideoId = newLiveVideoId()
  const comments = await postMany(ann, liveVideoId, 200, (index) => `${index} ${'👋'.repeat(4_990)}`, 8)
  using viewer = new Viewer(server, liveVideoId, { query: 'history=200' })
  await expect.poll(() => viewer.lastEventId).toMatch(/:200:/)
  expect(viewer.comments).toEqual(comments.sort((a, b) => a.seq - b.seq))
  expect(viewer.named('gap')).toEqual([])
})

test('RT-2: a live video that nobody commented on can be watched, and its first comment arrives', async () => {
  const liveVideoId = newLiveVideoId()
  using viewer = new Viewer(server, liveVideoId)
  await expect.poll(() => viewer.lastEventId).toBe('-:0')
  const first = await ann.comment(liveVideoId, 'first')
  await expect.poll(() => viewer.comments).toEqual([first])
})

test.each(['history=-1', 'history=201', 'history=all', 'history=1.5'])(
  'RT-2: a history that cannot be is refused: %s',
  async (query) => {
    const reply = await send(server, 'GET', `/v1/live-videos/${newLiveVideoId()}/stream?${query}`)
    expectProblem(reply, 'invalid_request')
  },
)
