import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Author, authorOf, postMany, readAll, readPage, readState } from '../support/author.ts'
import { type ChorusServer, newLiveVideoId, sharedChorus, startChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const bob = authorOf(server, { sub: 'bob' })
const mod = authorOf(server, { sub: 'mod', role: 'moderator' })
const host = authorOf(server, { sub: 'host', role: 'host' })

/** Spelt so that no test's name or other text can hold it by chance. */
const secretText = 'xylograph-7f3a-quincunx'

test.each<[string, Author]>([
  ['its author', ann],
  ['a moderator', mod],
  ['the host', host],
])('CM-5: %s can remove a comment', async (_, remover) => {
  const liveVideoId = newLiveVideoId()
  const { id } = await ann.comment(liveVideoId, 'hello')
  const kept = await ann.comment(liveVideoId, 'stays')
  const reply = await remover.remove(liveVideoId, id)
  expect([reply.status, reply.text]).toEqual([204, ''])
  expect(await readAll(server, liveVideoId)).toEqual([kept])
})

test('CM-5: others cannot', async () => {
  const liveVideoId = newLiveVideoId()
  const comment = await ann.comment(liveVideoId, 'hello')
  expectProblem(await bob.remove(liveVideoId, comment.id), 'not_allowed')
  expect(await readAll(server, liveVideoId)).toEqual([comment])
})

test('CM-5: removing it again is done already, and no second event', async () => {
  const liveVideoId = newLiveVideoId()
  const { id } = await ann.comment(liveVideoId, 'hello')
  const removals = await Promise.all(Array.from({ length: 10 }, () => mod.remove(liveVideoId, id)))
  expect(removals.map(({ status }) => status)).toEqual(removals.map(() => 204))
  const marker = await ann.comment(liveVideoId, 'after')
  expect(marker.seq).toBe(3)
})

test('CM-5: what was never there is not found', async () => {
  const liveVideoId = newLiveVideoId()
  const elsewhere = await ann.comment(newLiveVideoId(), 'hello')
  for (const commentId of [elsewhere.id, 'nothing', '%00', `${'x'.repeat(64)}`])
    expectProblem(await mod.remove(liveVideoId, commentId), 'comment_not_found')
})

test('CM-5: viewers are told at once, and its place in the log stays', async () => {
  const liveVideoId = newLiveVideoId()
  const { id } = await ann.comment(liveVideoId, 'hello')
  using viewer = new Viewer(server, liveVideoId)
  await expect.poll(() => viewer.seqs).toEqual([1])
  await ann.remove(liveVideoId, id)
  await ann.comment(liveVideoId, 'after')
  await expect.poll(() => viewer.seqs).toEqual([1, 3])
  const [removed] = viewer.named('comment.removed')
  expect(removed?.data).toEqual({ seq: 2, at: expect.any(Number), commentId: id })
  expect(removed?.id).toMatch(/:2:/)
})

test('CM-5: the text is gone for whoever comes later, from history and from any position', async () => {
  const liveVideoId = newLiveVideoId()
  const before = await ann.comment(liveVideoId, 'before')
  const { id } = await ann.comment(liveVideoId, secretText)
  const after = await ann.comment(liveVideoId, 'after')
  // A viewer who saw it, and keeps the channel's ring warm.
  using watching = new Viewer(server, liveVideoId)
  await expect.poll(() => watching.seqs).toEqual([1, 2, 3])
  const [epoch] = watching.lastEventId?.split(':') ?? []
  await mod.remove(liveVideoId, id)
  await expect.poll(() => watching.named('comment.removed')).toHaveLength(1)

  using resuming = new Viewer(server, liveVideoId, { lastEventId: `${epoch}:1` })
  using joining = new Viewer(server, liveVideoId, { query: 'history=200' })
  const last = watching.lastEventId
  expect(last).toContain(`${epoch}:4:`)
  await expect.poll(() => [resuming.lastEventId, joining.lastEventId]).toEqual([last, last])
  expect(resuming.comments).toEqual([after])
  expect(joining.comments).toEqual([before, after])
  expect(resuming.text + joining.text).not.toContain(secretText)
  expect(JSON.stringify(await readPage(server, liveVideoId))).not.toContain(secretText)
})

/** Whether any file of the store holds the text, in whatever row or free page. */
function standsOnDisk(text: string, { storeFolder }: ChorusServer): boolean {
  return readdirSync(storeFolder).some((file) => readFileSync(join(storeFolder, file)).includes(text))
}

test.each([
  ['stopped', 'stop'],
  ['killed', 'kill'],
] as const)('CM-5: a server %s and started again has nothing of the text on its disk', async (_, end) => {
  await using own = await startChorus()
  const author = authorOf(own, { sub: 'ann' })
  const liveVideoId = newLiveVideoId()
  const { id } = await author.comment(liveVideoId, secretText)
  expect(standsOnDisk(secretText, own)).toBe(true)
  await postMany(author, liveVideoId, 20)
  expect((await author.remove(liveVideoId, id)).status).toBe(204)

  await own[end]()
  await own.start()
  expect(standsOnDisk(secretText, own)).toBe(false)
  using viewer = new Viewer(own, liveVideoId)
  await expect.poll(() => viewer.lastEventId).toMatch(/:22:/)
  expect(viewer.text).not.toContain(secretText)
  expect(viewer.comments).toHaveLength(20)
  expect((await readState(own, liveVideoId)).position).toBe(viewer.lastEventId)
})
