import { expect, test } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { authorOf, readAll } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann', name: 'Ann Ström', picture: 'https://example.org/ann.png' })
const seqs = (comments: Comment[]) => comments.map(({ seq }) => seq)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('CM-2: hundreds of concurrent posts get the next sequence numbers, without holes or repeats', async () => {
  const liveVideoIds = upTo(4).map(newLiveVideoId)
  const authors = upTo(20).map((number) => authorOf(server, { sub: `author-${number}` }))
  const posts = upTo(400).map((number) => {
    const [author, liveVideoId] = [authors[number % authors.length], liveVideoIds[number % 4]]
    if (!author || !liveVideoId) throw new Error('unreachable')
    return author.comment(liveVideoId, `comment ${number}`)
  })
  const byVideo = Map.groupBy(await Promise.all(posts), ({ liveVideoId }) => liveVideoId)
  for (const liveVideoId of liveVideoIds) {
    const answered = byVideo.get(liveVideoId)?.sort((a, b) => a.seq - b.seq) ?? []
    expect(seqs(answered)).toEqual(upTo(100))
    expect(await readAll(server, liveVideoId)).toEqual(answered)
  }
})

test('CM-4: a comment has the shape that the interface promises', async () => {
  const liveVideoId = newLiveVideoId()
  const before = Date.now()
  const reply = await ann.post(liveVideoId, 'hello\r\n  <b>world</b> 👋🏽 ', { offsetMs: 61_500 })
  expect(reply.status).toBe(201)
  expect(reply.headers['content-type']).toMatch(/^application\/json/)
  const comment = reply.json<Comment>()
  expect(comment).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    seq: 1,
    liveVideoId,
    author: { id: 'ann', name: 'Ann Ström', avatarUrl: 'https://example.org/ann.png' },
    text: 'hello\n  <b>world</b> 👋🏽',
    createdAt: expect.any(Number),
    offsetMs: 61_500,
  })
  expect(comment.createdAt).toBeGreaterThanOrEqual(before)
  expect(comment.createdAt).toBeLessThanOrEqual(Date.now())
  expect(await readAll(server, liveVideoId)).toEqual([comment])
})

test('CM-4: ids sort by time', async () => {
  const liveVideoId = newLiveVideoId()
  for (const text of ['one', 'two', 'three', 'four', 'five']) await ann.comment(liveVideoId, text)
  const ids = (await readAll(server, liveVideoId)).map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted())
})

test('CM-4: /create takes the same comment with the LiveVideoId in the body', async () => {
  const liveVideoId = newLiveVideoId()
  const create = (text: string, key: string) =>
    send(server, 'POST', '/create', {
      token: ann.token,
      headers: { 'idempotency-key': key },
      body: { liveVideoId, text, offsetMs: 5 },
    })
  const first = await create('hello', 'one')
  expect(first.status).toBe(201)
  expect(first.json()).toMatchObject({
    liveVideoId,
    seq: 1,
    text: 'hello',
    offsetMs: 5,
    author: { id: 'ann' },
  })

  const repeated = await create('hello', 'one')
  expect([repeated.status, repeated.json()]).toEqual([200, first.json()])

  const elsewhere = await ann.comment(liveVideoId, 'there')
  expect(await readAll(server, liveVideoId)).toEqual([first.json(), elsewhere])
})

test('CM-4: who posts is read from the token, whatever the body says', async () => {
  const liveVideoId = newLiveVideoId()
  const body = {
    text: 'it was Bob',
    author: { id: 'bob', name: 'Bob', role: 'host' },
    sub: 'bob',
    name: 'Bob',
    role: 'moderator',
    id: 'made up',
    seq: 99,
    createdAt: 1,
  }
  const path = `/v1/live-videos/${liveVideoId}/comments`
  const reply = await send(server, 'POST', path, { token: ann.token, body })
  expect(reply.status).toBe(201)
  expect(reply.json()).toMatchObject({ seq: 1, author: { id: 'ann', name: 'Ann Ström' } })
  expect(reply.json<Comment>().author.role).toBeUndefined()
  expect(reply.json<Comment>().id).not.toBe('made up')
  expect(reply.json<Comment>().createdAt).toBeGreaterThan(1)
})

test.each([
  ['moderator', { role: 'moderator' }],
  ['host', { role: 'host' }],
  ['viewer', {}],
])('CM-4: the role %s stands beside the name', async (role, shown) => {
  const author = authorOf(server, { sub: 'cleo', name: 'Cleo', role })
  const comment = await author.comment(newLiveVideoId(), 'hello')
  expect(comment.author).toEqual({ id: 'cleo', name: 'Cleo', ...shown })
})

test('CM-4: a comment can answer another one of its live video', async () => {
  const liveVideoId = newLiveVideoId()
  const question = await ann.comment(liveVideoId, 'who is playing?')
  const answer = await ann.comment(liveVideoId, 'the second team', { replyTo: question.id })
  expect(answer.replyTo).toBe(question.id)
  expect(await readAll(server, liveVideoId)).toEqual([question, answer])
})

test('CM-4: an answer to a comment that is not there is refused', async () => {
  const liveVideoId = newLiveVideoId()
  const elsewhere = await ann.comment(newLiveVideoId(), 'who is playing?')
  for (const replyTo of [elsewhere.id, 'nothing', '\ud800', "' OR 1=1 --"]) {
    const reply = await ann.post(liveVideoId, 'the second team', { replyTo })
    expectProblem(reply, 'unknown_reply_target')
  }
  expect(await readAll(server, liveVideoId)).toEqual([])
})

test('CM-4: 5,000 characters are stored as they were written, however many bytes they take', async () => {
  const liveVideoId = newLiveVideoId()
  for (const text of ['a'.repeat(5_000), 'ä'.repeat(5_000), '👋'.repeat(5_000), '"\\'.repeat(2_500)])
    expect((await ann.comment(liveVideoId, text)).text).toBe(text)
  // Every character escaped is the longest way to write it in JSON.
  const escaped = `{"text":"${'\\ud83d\\udc4b'.repeat(5_000)}"}`
  const reply = await send(server, 'POST', `/v1/live-videos/${liveVideoId}/comments`, {
    token: ann.token,
    body: escaped,
  })
  expect(reply.status).toBe(201)
  expect(reply.json<Comment>().text).toBe('👋'.repeat(5_000))
})
