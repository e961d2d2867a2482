import { expect, test } from 'vitest'
import { authorOf, readAll } from '../support/author.ts'
import { newLiveVideoId, startChorusWith } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { settableClock } from '../support/set-clock.ts'
import { secondsFromNow } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

const hourMs = 3_600_000
const slowModeMs = 1_000

/** Until it is stored; everything it was told meanwhile. */
async function postUntilStored(post: () => ReturnType<ReturnType<typeof authorOf>['post']>) {
  const began = performance.now()
  const waits: number[] = []
  for (;;) {
    const reply = await post()
    if (reply.status === 201) return { waits, tookMs: performance.now() - began }
    waits.push(Number(reply.headers['retry-after']))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test.each([
  ['back', -hourMs],
  ['forward', hourMs],
])(
  'CK-3: the server’s clock jumps an hour %s: no wait is longer, nobody is cut off or locked out',
  async (_, byMs) => {
    using clock = settableClock()
    await using server = await startChorusWith({ ...clock.settings, CHORUS_POST_LIMIT: '2/2s' })
    const [slow, free] = [newLiveVideoId(), newLiveVideoId()]
    const exp = secondsFromNow(8 * 3_600)
    const [ann, bob, mod] = [
      authorOf(server, { sub: 'ann', exp }),
      authorOf(server, { sub: 'bob', exp }),
      authorOf(server, { sub: 'mod', role: 'moderator', exp }),
    ]
    await mod.change(slow, { slowModeMs })
    using viewer = new Viewer(server, free, { query: 'history=10', token: ann.token, returns: true })
    await ann.comment(slow, 'before')
    for (const text of ['one', 'two']) await bob.comment(free, text)
    await expect.poll(() => viewer.comments.length).toBe(2)

    clock.set(byMs)
    await new Promise((resolve) => setTimeout(resolve, 50))
    // Slow mode, the post limit, and a ticket.
    const results = await Promise.all([
      postUntilStored(() => ann.post(slow, 'after')),
      postUntilStored(() => bob.post(free, 'three')),
    ])
    for (const { waits } of results) expect(Math.max(0, ...waits)).toBeLessThanOrEqual(2)
    expect(results.every(({ tookMs }) => tookMs < 10_000)).toBe(true)
    const { ticket } = (
      await send(server, 'POST', `/v1/live-videos/${free}/stream-tickets`, { token: ann.token })
    ).json<{ ticket: string }>()
    using late = new Viewer(server, free, { query: `history=10&ticket=${encodeURIComponent(ticket)}` })

    await expect.poll(() => late.comments.length).toBe(3)

    clock.set(-byMs)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const again = await postUntilStored(() => ann.post(slow, 'again'))
    expect(Math.max(0, ...again.waits)).toBeLessThanOrEqual(1)
    await postUntilStored(() => bob.post(free, 'four'))
    const stored = await readAll(server, free)
    expect(stored.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four'])
    expect(new Set(stored.map(({ id }) => id)).size).toBe(4)
    for (const each of [viewer, late]) await expect.poll(() => each.comments).toEqual(stored)
    expect([viewer.connections, late.connections]).toEqual([1, 1])
  },
)
