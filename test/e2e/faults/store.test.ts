import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Comment } from '../../../src/domain/comment.ts'
import { startTappedProxy } from '../../../src/store/postgres/testing/tapped-proxy.ts'
import { Audience } from '../../support/audience.ts'
import { authorOf } from '../../support/author.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { expectProblem } from '../../support/expect-problem.ts'
import { readMetric } from '../../support/metrics.ts'
import { Viewer } from '../../support/viewer.ts'

const text = 'stored and never published'

/** Texts of a live video, past everything that is tested. */
async function storedTexts({ postgres, store }: Cluster, liveVideoId: string): Promise<string[]> {
  const rows = await postgres.ask(
    `SELECT data FROM events JOIN live_videos USING (video) WHERE live_video_id = '${liveVideoId}' ORDER BY seq`,
    store,
  )
  return rows.map(({ data }) => (JSON.parse(data) as Comment).text)
}

test('FT-12: a comments node is killed between commit and publication: nothing is lost, and nothing comes twice', async () => {
  await using cluster = await startCluster()
  await using link = await startTappedProxy(cluster.postgres.port)
  const store = new URL(cluster.store)
  store.port = String(link.port)
  const [gateway, doomed, , ...realtime] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    cluster.start('comments', { CHORUS_STORE: store.href }),
    cluster.start('comments'),
    cluster.start('realtime'),
    cluster.start('realtime'),
  ])
  using audience = new Audience(gateway)
  await audience.start()
  using viewer = new Viewer(gateway, 'quiet', { returns: true })
  const ann = { sub: 'ann' }
  await authorOf(doomed, ann).comment('quiet', 'before', { key: 'before' })
  await expect.poll(() => viewer.comments.map((comment) => comment.text)).toEqual(['before'])

  // What this node sends with the comment arrives, the commit with it; the answer does not come back.
  link.judge = (sent) => (sent.includes(text) ? 'deafen' : 'pass')
  const unanswered = authorOf(doomed, ann)
    .post('quiet', text, { key: 'k' })
    .catch(() => null)
  await expect.poll(() => storedTexts(cluster, 'quiet')).toEqual(['before', text])
  await doomed.kill()
  expect((await unanswered)?.status).not.toBe(201)

  await expect.poll(() => viewer.comments.map((comment) => comment.text)).toEqual(['before', text])
  const again = await authorOf(gateway, ann).post('quiet', text, { key: 'k' })
  expect([again.status, again.json()]).toEqual([200, viewer.comments[1]])
  await audience.goesOn()
  await audience.expectWhole()
  expect(await storedTexts(cluster, 'quiet')).toEqual(['before', text])
  expect(viewer.seqs).toEqual([1, 2])
})

/** One of everything, and two that comment. */
async function startNodes(cluster: Cluster) {
  const [gateway] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    cluster.start('comments'),
    cluster.start('comments'),
    cluster.start('realtime'),
    cluster.start('realtime'),
  ])
  return gateway
}

test('FT-13: PostgreSQL is killed and comes back', async () => {
  await using cluster = await startCluster()
  const gateway = await startNodes(cluster)
  using audience = new Audience(gateway)
  await audience.start()
  const { live } = audience
  await cluster.postgres.kill()
  const began = Date.now()
  const reply = await authorOf(gateway, { sub: 'ann' }).post('a', 'x', { key: 'k' })
  console.log(Date.now() - began, reply.status, reply.text, reply.headers)
  await expect.poll(() => audience.refused.get(503) ?? 0).toBeGreaterThan(10)
  await cluster.postgres.start()
  await audience.goesOn()
  console.log(audience.live, live, audience.reconnects, audience.refused)
  await audience.expectWhole()
})

test('FT-13: PostgreSQL is frozen and awakes', async () => {
  await using cluster = await startCluster()
  const gateway = await startNodes(cluster)
  using audience = new Audience(gateway)
  await audience.start()
  const { live } = audience
  cluster.postgres.signal('SIGSTOP')
  const began = Date.now()
  await Promise.all([1,2,3,4,5,6].map(async (n) => {
    await sleep(n * 500)
    const reply = await authorOf(gateway, { sub: 'ann' }).post('x', 'x', { key: `k${n}` }).catch(String)
    console.log(n, Date.now() - began, typeof reply === 'string' ? reply : [reply.status, reply.text, reply.headers])
  }))
  console.log(audience.live, live, audience.reconnects, audience.refused)
  cluster.postgres.signal('SIGCONT')
  await audience.goesOn()
  console.log(audience.live, live, audience.reconnects, audience.refused)
  await audience.expectWhole()
  for (const node of cluster.nodes) console.log(node.printed.slice(-1500))
})
