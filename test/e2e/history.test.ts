import { expect, test } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { authorOf, postMany, readAll, readPage } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
const seqs = (comments: Comment[]) => comments.map(({ seq }) => seq)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const get = (liveVideoId: string, query: string) =>
  send(server, 'GET', `/v1/live-videos/${liveVideoId}/comments?${query}`)

test('CM-8: a page is newest first, 50 unless asked otherwise, and can be read by anybody', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 60)
  const reply = await get(liveVideoId, '')
  expect(reply.status).toBe(200)
  expect(reply.headers['content-type']).toMatch(/^application\/json/)
  const page = await readPage(server, liveVideoId)
  expect(seqs(page.comments)).toEqual(upTo(60).slice(10).reverse())
  expect(page).toEqual({ comments: expect.any(Array), before: expect.any(String), after: expect.any(String) })
})

test('CM-8: a live video without comments has an empty page, and a cursor to go on from', async () => {
  const liveVideoId = newLiveVideoId()
  const page = await readPage(server, liveVideoId)
  expect(page).toEqual({ comments: [], before: null, after: expect.any(String) })
  const first = await ann.comment(liveVideoId, 'hello')
  expect((await readPage(server, liveVideoId, `after=${page.after}`)).comments).toEqual([first])
})

test('CM-8: before walks back over all comments, once each, while new ones arrive', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 100)
  const arriving = postMany(ann, liveVideoId, 200, undefined, 4)
  const start = await readPage(server, liveVideoId, 'limit=7')
  const walked = [...start.comments]
  for (let before = start.before; before !== null; ) {
    const page = await readPage(server, liveVideoId, `limit=7&before=${before}`)
    walked.push(...page.comments)
    before = page.before
  }
  await arriving
  const newest = walked[0]?.seq ?? 0
  expect(newest).toBeGreaterThanOrEqual(100)
  expect(seqs(walked)).toEqual(upTo(newest).reverse())
})

test('CM-8: after walks forward over all comments, once each, while new ones arrive', async () => {
  const liveVideoId = newLiveVideoId()
  let { after } = await readPage(server, liveVideoId)
  const arriving = postMany(ann, liveVideoId, 300, undefined, 4)
  const walked: Comment[] = []
  while (walked.length < 300) {
    const page = await readPage(server, liveVideoId, `limit=7&after=${after}`)
    walked.push(...page.comments.reverse())
    after = page.after
  }
  await arriving
  expect(seqs(walked)).toEqual(upTo(300))
  expect(await readPage(server, liveVideoId, `after=${after}`)).toMatchObject({ comments: [], after })
})

test('CM-8: removed comments and other events leave no trace in the pages', async () => {
  const liveVideoId = newLiveVideoId()
  const comments = await postMany(ann, liveVideoId, 30, undefined, 1)
  for (const { id, seq } of comments) if (seq % 3 === 0) await mod.remove(liveVideoId, id)
  await mod.change(liveVideoId, { slowModeMs: 1_000 })
  const kept = upTo(30).filter((seq) => seq % 3 !== 0)
  expect(seqs(await readAll(server, liveVideoId))).toEqual(kept)

  const walked: Comment[] = []
  let query = 'limit=4'
  for (;;) {
    const { comments: page, before } = await readPage(server, liveVideoId, query)
    walked.push(...page)
    if (before === null) break
    query = `limit=4&before=${before}`
  }
  expect(seqs(walked)).toEqual(kept.toReversed())
})

test('CM-8: the cursor of a page is a place to stream on from', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 5)
  const { after } = await readPage(server, liveVideoId, 'limit=2')
  await ann.comment(liveVideoId, 'next')
  using viewer = new Viewer(server, liveVideoId, { lastEventId: after })
  await expect.poll(() => viewer.seqs).toEqual([6])
})

test('CM-8: the last page says that there is no older one', async () => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 4)
  for (const limit of [4, 5, 200])
    expect((await readPage(server, liveVideoId, `limit=${limit}`)).before).toBeNull()
})

test('CM-8: a cursor of another live video, or of none, is refused', async () => {
  const [liveVideoId, other] = [newLiveVideoId(), newLiveVideoId()]
  await postMany(ann, liveVideoId, 3)
  await postMany(ann, other, 3)
  const { after } = await readPage(server, other)
  const [epoch] = (await readPage(server, liveVideoId)).after.split(':')
  const cursors = [after, `${epoch}:5`, `${epoch}:-1`, `${epoch}:1e3`, `${epoch}`, 'abcd:1', '1', ':', "';--"]
  for (const cursor of cursors)
    for (const name of ['before', 'after'])
      expectProblem(await get(liveVideoId, `${name}=${encodeURIComponent(cursor)}`), 'invalid_cursor')
  expectProblem(await get(liveVideoId, `after=${epoch}:4`), 'invalid_cursor')
  expectProblem(await get(newLiveVideoId(), `after=${after}`), 'invalid_cursor')
})

test.each([
  'limit=0',
  'limit=201',
  'limit=-1',
  'limit=1.5',
  'limit=ten',
  'limit=',
  'limit=1&limit=2',
  'limit=1e400',
])('CM-8: a limit that cannot be is refused: %s', async (query) => {
  expectProblem(await get(newLiveVideoId(), query), 'invalid_request')
})

test.each([1, 200])('CM-8: limit=%i is one', async (limit) => {
  const liveVideoId = newLiveVideoId()
  await postMany(ann, liveVideoId, 201)
  expect((await readPage(server, liveVideoId, `limit=${limit}`)).comments).toHaveLength(limit)
})

test('CM-8: before and after together are refused', async () => {
  const liveVideoId = newLiveVideoId()
  await ann.comment(liveVideoId, 'hello')
  const { after } = await readPage(server, liveVideoId)
  expectProblem(await get(liveVideoId, `before=${after}&after=${after}`), 'invalid_request')
})
