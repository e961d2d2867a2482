import { expect, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'

const server = sharedChorus({ CHORUS_POST_LIMIT: '5/2s' })

test('CM-7: an author who comments too much is told when to come back, and can then', async () => {
  const ann = authorOf(server, { sub: 'ann' })
  const liveVideoId = newLiveVideoId()
  const replies = await Promise.all(Array.from({ length: 12 }, () => ann.post(liveVideoId, 'hello')))
  const refused = replies.filter(({ status }) => status !== 201)
  expect(refused).toHaveLength(7)
  for (const reply of refused) {
    const { retryAfterMs = 0 } = expectProblem(reply, 'rate_limited')
    expect(retryAfterMs).toBeGreaterThan(0)
    expect(retryAfterMs).toBeLessThanOrEqual(2_000)
    expect(reply.headers['retry-after']).toBe(String(Math.ceil(retryAfterMs / 1_000)))
  }
  await expect.poll(async () => (await ann.post(liveVideoId, 'again')).status).toBe(201)
})

test('CM-7: the limit is an author’s own, over all live videos', async () => {
  const [bob, cleo] = [authorOf(server, { sub: 'bob' }), authorOf(server, { sub: 'cleo' })]
  for (let count = 0; count < 5; count++) await bob.comment(newLiveVideoId(), 'hello')
  expectProblem(await bob.post(newLiveVideoId(), 'hello'), 'rate_limited')
  await cleo.comment(newLiveVideoId(), 'hello')
})
