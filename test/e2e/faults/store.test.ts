import { expect, test } from 'vitest'
import type { Comment } from '../../../src/domain/comment.ts'
import { startTappedProxy } from '../../../src/store/postgres/testing/tapped-proxy.ts'
import { Audience } from '../../support/audience.ts'
import { authorOf } from '../../support/author.ts'
import type { PostgresServer } from '../../support/backends/postgres.ts'
import type { ChorusServer } from '../../support/chorus-server.ts'
import { type Cluster, nodesOf, startCluster } from '../../support/cluster.ts'
import { expectProblem } from '../../support/expect-problem.ts'
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
  const [gateway, doomed] = await Promise.all([
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

/** Two of everything that an outage of the store concerns, in front of an audience; nothing is moving any more. */
async function startNodes(cluster: Cluster): Promise<ChorusServer> {
  const [gateway] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    cluster.start('comments'),
    cluster.start('comments'),
    cluster.start('realtime'),
    cluster.start('realtime'),
  ])
  await expect.poll(() => nodesOf(gateway)).toBe(2)
  return gateway
}

/** Within this every node has asked for the heads of what it carries, and given up. */
const outageMs = 10_000

type Act = (postgres: PostgresServer) => unknown

test.each<[string, Act, Act]>([
  ['killed and started again', (postgres) => postgres.kill(), (postgres) => postgres.start()],
  ['frozen', (postgres) => postgres.signal('SIGSTOP'), (postgres) => postgres.signal('SIGCONT')],
])(
  'FT-13: PostgreSQL is %s: posts are refused in words, no stream ends, nothing is lost',
  async (_, fail, mend) => {
    await using cluster = await startCluster()
    const gateway = await startNodes(cluster)
    using audience = new Audience(gateway, { authors: 8, pauseMs: 5 })
    await audience.start()
    const author = authorOf(gateway, { sub: 'ann' })
    const quiet = await author.comment('quiet', 'before')

    const began = Date.now()
    await fail(cluster.postgres)
    using late = new Viewer(gateway, 'quiet', { returns: true })
    const refused = await author.post('elsewhere', 'hello', { key: 'k' })
    expectProblem(refused, 'store_unavailable')
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    await expect.poll(() => audience.refused.get(503)).toBeGreaterThan(2)
    await expect.poll(() => late.asides).toContain('closed: store_unavailable')
    await expect.poll(() => Date.now() - began).toBeGreaterThan(outageMs)

    await mend(cluster.postgres)
    await expect.poll(() => late.comments).toEqual([quiet])
    await audience.goesOn()
    await audience.expectWhole()
    expect([...audience.refused.keys()]).toEqual([503])
    expect(audience.reconnects).toBe(0)
  },
)
