import { expect, test } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { type Author, authorOf, readAll } from '../support/author.ts'
import { type ChorusServer, newLiveVideoId, startChorus } from '../support/chorus-server.ts'
import { Viewer } from '../support/viewer.ts'

/** What an author was told: this key is this comment. */
interface Answer {
  author: Author
  key: string
  comment: Comment
}

const kills = 5
const liveVideoIds = [newLiveVideoId(), newLiveVideoId(), newLiveVideoId()]
const names = Array.from({ length: 12 }, (_, index) => `author-${index}`)

test('CM-1: over kills at random moments every answered comment is there once, in its place, for authors and viewers', async () => {
  await using server = await startChorus()
  using all = new DisposableStack()
  const viewers = [...liveVideoIds, ...liveVideoIds].map((liveVideoId) => ({
    liveVideoId,
    viewer: all.use(new Viewer(server, liveVideoId, { query: 'history=0', returns: true })),
  }))
  await expect.poll(() => viewers.every(({ viewer }) => viewer.lastEventId !== undefined)).toBe(true)

  const answers: Answer[] = []
  const stop = new AbortController()
  const authors = names.map((name) => commentOn(server, name, answers, stop.signal))
  for (let round = 0; round < kills; round++) {
    const enough = answers.length + Math.floor(Math.random() * 150)
    await expect.poll(() => answers.length, { interval: 1 }).toBeGreaterThan(enough)
    await server.kill()
    await server.start()
  }
  stop.abort()
  await Promise.all(authors)
  await server.kill()
  await server.start()

  for (const liveVideoId of liveVideoIds) {
    const stored = await readAll(server, liveVideoId)
    expectWhole(stored, answers)
    for (const { viewer } of viewers.filter((each) => each.liveVideoId === liveVideoId)) {
      await expect.poll(() => viewer.comments.length).toBe(stored.length)
      expect(viewer.comments).toEqual(stored)
      expect(viewer.named('reset')).toEqual([])
      expect(viewer.connections).toBeGreaterThan(1)
    }
  }
  await expectRepeated(answers.slice(-200))
})

/** Posts one comment after the other, each with its key until it is answered, as a good client does. */
async function commentOn(
  server: ChorusServer,
  name: string,
  answers: Answer[],
  signal: AbortSignal,
): Promise<void> {
  const author = authorOf(server, { sub: name })
  for (let number = 0; !signal.aborted; number++) {
    const liveVideoId = liveVideoIds[number % liveVideoIds.length] ?? ''
    const [key, text] = [`${name}-${number}`, `comment ${number} of ${name}`]
    answers.push({ author, key, comment: await postUntilAnswered(author, liveVideoId, text, key) })
  }
}

async function postUntilAnswered(
  author: Author,
  liveVideoId: string,
  text: string,
  key: string,
): Promise<Comment> {
  for (;;) {
    const reply = await author.post(liveVideoId, text, { key }).catch(() => null)
    if (reply && (reply.status === 200 || reply.status === 201)) return reply.json<Comment>()
    if (reply) throw new Error(`${reply.status} ${reply.text}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** What is stored is what was answered, without holes, and each author's in the order in which they were posted. */
function expectWhole(stored: Comment[], answers: Answer[]): void {
  const liveVideoId = stored[0]?.liveVideoId
  const answered = answers
    .map(({ comment }) => comment)
    .filter((comment) => comment.liveVideoId === liveVideoId)
  expect(stored).toEqual(answered.sort((a, b) => a.seq - b.seq))
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1))
  for (const name of names) {
    const ofOne = stored.filter(({ author }) => author.id === name)
    const numbers = ofOne.map(({ text }) => Number(text.split(' ')[1]))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  }
}

/** The key finds the first comment, also after all those restarts. */
async function expectRepeated(answers: Answer[]): Promise<void> {
  for (const { author, key, comment } of answers) {
    const reply = await author.post(comment.liveVideoId, 'another text', { key })
    expect([reply.status, reply.json()]).toEqual([200, comment])
  }
}
