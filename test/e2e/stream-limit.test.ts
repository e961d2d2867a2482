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

test('FS-1: behind a trusted proxy a client is one client however its address is written, on a bare socket and by HTTP', async () => {
  await using server = await startChorusWith({ CHORUS_STREAM_LIMIT: '2', CHORUS_TRUST_PROXY: 'loopback' })
  using all = new DisposableStack()
  const watch = (address: string, more = {}) =>
    all.use(new Viewer(server, 'a', { headers: { 'x-forwarded-for': address, ...more } }))
  // A header that is there twice is not plain: the HTTP server reads it.
  const byHttp = { 'x-twice': ['1', '2'] as never }
  const isIn = ({ lastEventId, asides, ended }: Viewer) =>
    lastEventId === '-:0' && !ended && asides.length === 0
  const isOut = ({ ended, asides }: Viewer) => ended && asides[0] === 'closed: too_many_streams'

  for (const [one, two, ...others] of [
    ['2001:db8:1:2::1', '[2001:DB8:1:2:3:4:5:6]:443', '2001:db8:1:2:ffff::', '2001:0db8:0001:0002::7'],
    ['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7:5678', '[::ffff:cb00:7107]:9', '6.6.6.6, 203.0.113.7'],
  ]) {
    const viewers = [watch(one ?? ''), watch(two ?? '', byHttp)]
    await expect.poll(() => viewers.every(isIn)).toBe(true)
    const over = others.flatMap((address) => [watch(address), watch(address, byHttp)])
    await expect.poll(() => over.every(isOut)).toBe(true)
    expect(viewers.every(isIn)).toBe(true)
  }
  const neighbours = [watch('2001:db8:1:3::1'), watch('203.0.113.8')]
  await expect.poll(() => neighbours.every(isIn)).toBe(true)
})
