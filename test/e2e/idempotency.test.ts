import { expect, test } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { authorOf, readAll } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const bob = authorOf(server, { sub: 'bob' })

test('CM-3: a repeated key returns the comment that it stored, and stores nothing', async () => {
  const liveVideoId = newLiveVideoId()
  const first = await ann.comment(liveVideoId, 'hello', { key: 'k' })
  await bob.comment(liveVideoId, 'between')
  for (const text of ['hello', 'another text']) {
    const repeated = await ann.post(liveVideoId, text, { key: 'k' })
    expect([repeated.status, repeated.json()]).toEqual([200, first])
  }
  expect(await readAll(server, liveVideoId)).toHaveLength(2)
})

test('CM-3: of 50 posts with one key at once, one stores and the others return its comment', async () => {
  const liveVideoId = newLiveVideoId()
  const posts = Array.from({ length: 50 }, () => ann.post(liveVideoId, 'hello', { key: 'k' }))
  const replies = await Promise.all(posts)
  const statuses = replies.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array.from({ length: 49 }, () => 200), 201])
  const stored = await readAll(server, liveVideoId)
  expect(stored).toHaveLength(1)
  for (const reply of replies) expect(reply.json()).toEqual(stored[0])
})

test('CM-3: keys of other authors and in other live videos are other keys', async () => {
  const liveVideoIds = [newLiveVideoId(), newLiveVideoId()]
  const stored: Comment[] = []
  for (const liveVideoId of liveVideoIds)
    for (const author of [ann, bob]) stored.push(await author.comment(liveVideoId, 'hello', { key: 'k' }))
  expect(new Set(stored.map(({ id }) => id)).size).toBe(4)
})

test('CM-3: without a key the same text is another comment', async () => {
  const liveVideoId = newLiveVideoId()
  await ann.comment(liveVideoId, 'hello')
  await ann.comment(liveVideoId, 'hello')
  expect(await readAll(server, liveVideoId)).toHaveLength(2)
})

test('CM-3: a key whose post was refused is free for another try', async () => {
  const liveVideoId = newLiveVideoId()
  const refused = await ann.post(liveVideoId, 'hello', { key: 'k', replyTo: 'nothing' })
  expectProblem(refused, 'unknown_reply_target')
  expect((await ann.post(liveVideoId, 'hello', { key: 'k' })).status).toBe(201)
})

test('CM-3: the key of a comment removed since says so, and does not bring it back', async () => {
  const liveVideoId = newLiveVideoId()
  const { id } = await ann.comment(liveVideoId, 'hello', { key: 'k' })
  expect((await ann.remove(liveVideoId, id)).status).toBe(204)
  expectProblem(await ann.post(liveVideoId, 'hello', { key: 'k' }), 'comment_removed')
  expect(await readAll(server, liveVideoId)).toEqual([])
})

test.each([
  ['200 characters', 'k'.repeat(200)],
  ['marks', '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~'],
])('CM-3: a key of %s is a key', async (_, key) => {
  const liveVideoId = newLiveVideoId()
  expect((await ann.post(liveVideoId, 'hello', { key })).status).toBe(201)
  expect((await ann.post(liveVideoId, 'hello', { key })).status).toBe(200)
})

test.each([
  ['empty', ''],
  ['201 characters', 'k'.repeat(201)],
  ['a space in it', 'a b'],
  ['letters that are not ASCII', 'clé'],
])('CM-3: a key that cannot be one is refused: %s', async (_, key) => {
  const liveVideoId = newLiveVideoId()
  expectProblem(await ann.post(liveVideoId, 'hello', { key }), 'invalid_idempotency_key')
  expect(await readAll(server, liveVideoId)).toEqual([])
})
