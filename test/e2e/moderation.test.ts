import { expect, test } from 'vitest'
import { authorOf, postMany, readState } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const bob = authorOf(server, { sub: 'bob' })
const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
const host = authorOf(server, { sub: 'host', role: 'host' })

test('CM-6: a live video that nobody touched has the plain settings', async () => {
  const liveVideoId = newLiveVideoId()
  expect(await readState(server, liveVideoId)).toEqual({
    liveVideoId,
    viewers: 0,
    closed: false,
    slowModeMs: null,
    pinnedComment: null,
    position: '-:0',
  })
})

test('CM-6: slow mode holds each author to one comment in its time, moderators and hosts aside', async () => {
  const liveVideoId = newLiveVideoId()
  expect((await mod.change(liveVideoId, { slowModeMs: 60_000 })).status).toBe(204)
  expect((await readState(server, liveVideoId)).slowModeMs).toBe(60_000)
  await ann.comment(liveVideoId, 'one', { key: 'k' })

  const second = await ann.post(liveVideoId, 'two')
  const { retryAfterMs = 0 } = expectProblem(second, 'slow_mode')
  expect(retryAfterMs).toBeGreaterThan(50_000)
  expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  expect(second.headers['retry-after']).toBe(String(Math.ceil(retryAfterMs / 1_000)))

  await bob.comment(liveVideoId, 'somebody else')
  await postMany(mod, liveVideoId, 3)
  await postMany(host, liveVideoId, 3)
  expect((await ann.post(liveVideoId, 'one', { key: 'k' })).status).toBe(200)
  await ann.comment(newLiveVideoId(), 'elsewhere')
})

test('CM-6: removing one’s own comment does not shorten the wait', async () => {
  const liveVideoId = newLiveVideoId()
  await mod.change(liveVideoId, { slowModeMs: 60_000 })
  const { id } = await ann.comment(liveVideoId, 'one')
  await ann.remove(liveVideoId, id)
  expectProblem(await ann.post(liveVideoId, 'two'), 'slow_mode')
})

test('CM-6: slow mode off again is off for all', async () => {
  const liveVideoId = newLiveVideoId()
  await mod.change(liveVideoId, { slowModeMs: 60_000 })
  await ann.comment(liveVideoId, 'one')
  await mod.change(liveVideoId, { slowModeMs: null })
  await ann.comment(liveVideoId, 'two')
})

test('CM-6: nobody comments on a closed live video until it is opened again', async () => {
  const liveVideoId = newLiveVideoId()
  const first = await ann.comment(liveVideoId, 'hello', { key: 'k' })
  await host.change(liveVideoId, { closed: true })
  expect((await readState(server, liveVideoId)).closed).toBe(true)
  for (const author of [ann, mod, host])
    expectProblem(await author.post(liveVideoId, 'no'), 'comments_closed')
  const repeated = await ann.post(liveVideoId, 'hello', { key: 'k' })
  expect([repeated.status, repeated.json()]).toEqual([200, first])
  await host.change(liveVideoId, { closed: false })
  await ann.comment(liveVideoId, 'again')
})

test('CM-6: the pinned comment is shown, and another one takes its place', async () => {
  const liveVideoId = newLiveVideoId()
  const [one, two] = [await ann.comment(liveVideoId, 'one'), await ann.comment(liveVideoId, 'two')]
  for (const comment of [one, two]) {
    expect((await mod.change(liveVideoId, { pinnedCommentId: comment.id })).status).toBe(204)
    expect((await readState(server, liveVideoId)).pinnedComment).toEqual(comment)
  }
  await mod.change(liveVideoId, { pinnedCommentId: null })
  expect((await readState(server, liveVideoId)).pinnedComment).toBeNull()
})

test('CM-6: removing the pinned comment unpins it', async () => {
  const liveVideoId = newLiveVideoId()
  const { id } = await ann.comment(liveVideoId, 'one')
  await mod.change(liveVideoId, { pinnedCommentId: id })
  using viewer = new Viewer(server, liveVideoId)
  await expect.poll(() => viewer.named('comment.pinned')).toHaveLength(1)
  await ann.remove(liveVideoId, id)
  expect((await readState(server, liveVideoId)).pinnedComment).toBeNull()
  const unpinned = { seq: 4, at: expect.any(Number), commentId: null }
  await expect.poll(() => viewer.named('comment.pinned').at(-1)?.data).toEqual(unpinned)
})

test('CM-6: what is not there cannot be pinned', async () => {
  const liveVideoId = newLiveVideoId()
  const removed = await ann.comment(liveVideoId, 'one')
  const elsewhere = await ann.comment(newLiveVideoId(), 'one')
  await ann.remove(liveVideoId, removed.id)
  for (const pinnedCommentId of [removed.id, elsewhere.id, 'nothing'])
    expectProblem(await mod.change(liveVideoId, { pinnedCommentId }), 'unknown_pin_target')
})

test('CM-6: viewers get each change once, and none for a change that changes nothing', async () => {
  const liveVideoId = newLiveVideoId()
  using viewer = new Viewer(server, liveVideoId)
  await expect.poll(() => viewer.lastEventId).toBe('-:0')
  for (const patch of [{ closed: true, slowModeMs: 5_000 }, { closed: true }, {}, { closed: false }])
    expect((await mod.change(liveVideoId, patch)).status).toBe(204)
  await expect
    .poll(() => viewer.named('settings.changed').map(({ data }) => data))
    .toEqual([
      { seq: 1, at: expect.any(Number), closed: true, slowModeMs: 5_000 },
      { seq: 2, at: expect.any(Number), closed: false, slowModeMs: 5_000 },
    ])
})

test('CM-6: only moderators and hosts change settings', async () => {
  const liveVideoId = newLiveVideoId()
  const { id } = await ann.comment(liveVideoId, 'one')
  for (const patch of [{ closed: true }, { slowModeMs: 1_000 }, { pinnedCommentId: id }, {}])
    expectProblem(await ann.change(liveVideoId, patch), 'not_allowed')
  const path = `/v1/live-videos/${liveVideoId}`
  expectProblem(await send(server, 'PATCH', path, { body: { closed: true } }), 'unauthenticated')
  expect((await readState(server, liveVideoId)).closed).toBe(false)
})

test.each([
  { closed: 'yes' },
  { closed: null },
  { slowModeMs: 999 },
  { slowModeMs: 3_600_001 },
  { slowModeMs: 1_500.5 },
  { slowModeMs: '5000' },
  { slowModeMs: -1 },
  { pinnedCommentId: 7 },
  { pinnedCommentId: '' },
  { pinnedCommentId: 'x'.repeat(65) },
  { colour: 'blue' },
  [],
  null,
  'closed',
])('CM-6: a change that cannot be is refused: %j', async (patch) => {
  const liveVideoId = newLiveVideoId()
  expectProblem(await mod.change(liveVideoId, JSON.stringify(patch)), 'invalid_request')
  expect((await readState(server, liveVideoId)).position).toBe('-:0')
})
