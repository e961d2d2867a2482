import { expect, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, startChorusWith } from '../support/chorus-server.ts'
import { readMetric } from '../support/metrics.ts'
import { Viewer } from '../support/viewer.ts'

test('RT-11: a stream over the limit is told to come back, and has a place once another one has left', async () => {
  await using server = await startChorusWith({ CHORUS_STREAM_LIMIT: '3' })
  const liveVideoIds = [newLiveVideoId(), newLiveVideoId(), newLiveVideoId()]
  using all = new DisposableStack()
  const viewers = liveVideoIds.map((id) => all.use(new Viewer(server, id)))
  await expect.poll(() => viewers.every(({ lastEventId }) => lastEventId !== undefined)).toBe(true)

  for (const id of liveVideoIds) {
    using tooMany = new Viewer(server, id)
    await expect.poll(() => tooMany.ended).toBe(true)
    expect([tooMany.status, tooMany.headers['content-type']]).toEqual([
      200,
      viewers[0]?.headers['content-type'],
    ])
    expect(tooMany.retries).toEqual([expect.any(Number)])
    expect(tooMany.asides).toEqual(['closed: too_many_streams'])
    expect(tooMany.events).toEqual([])
  }
  expect(await readMetric(server, 'chorus_viewers')).toBe(3)
  const comment = await authorOf(server, { sub: 'ann' }).comment('elsewhere', 'posting is not limited by it')
  expect(comment.seq).toBe(1)

  viewers[0]?.[Symbol.dispose]()
  using next = new Viewer(server, 'elsewhere', { returns: true })
  await expect.poll(() => next.comments).toEqual([comment])
})
