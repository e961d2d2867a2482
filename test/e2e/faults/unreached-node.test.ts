import { expect, test } from 'vitest'
import { authorOf } from '../../support/author.ts'
import { nodesOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { freePort } from '../../support/free-port.ts'
import { send } from '../../support/http-client.ts'
import { Viewer } from '../../support/viewer.ts'

const liveVideoIds = Array.from({ length: 8 }, (_, index) => `video-${index}`)

test('FT-21: a node whose URL leads nowhere, or to another one, is given no viewers, and everything says so', async () => {
  await using cluster = await startCluster()
  const front = await cluster.start('gateway,dispatcher,comments')
  const good = await cluster.start('realtime')
  const lostUrl = `http://127.0.0.1:${await freePort()}`
  const lost = await cluster.start('realtime', { CHORUS_NODE_URL: lostUrl })
  const mistakenUrl = good.url.replace('127.0.0.1', 'localhost')
  const mistaken = await cluster.start('realtime', { CHORUS_NODE_URL: mistakenUrl })
  await expect.poll(() => nodesOf(front)).toBeGreaterThan(0)

  await expect.poll(() => front.printed).toContain('a realtime node cannot be reached at its URL')
  const told = async (node: string) => (await readDispatch(front)).nodes.find(({ url }) => url === node)
  await expect.poll(() => told(lostUrl)).toMatchObject({ slots: 0, reached: false })
  expect((await told(good.url))?.reached).toBe(true)
  const { status, text } = await send(lost, 'GET', '/readyz')
  expect([status, text]).toEqual([503, expect.stringContaining('CHORUS_NODE_URL')])
  expect(lost.printed).toMatch(/ECONNREFUSED.*this node does not answer at its own URL/)
  await expect.poll(() => mistaken.printed).toContain(`${mistakenUrl} leads to another node`)
  await expect.poll(() => nodesOf(front)).toBe(1)

  const ann = authorOf(front, { sub: 'ann' })
  using open = new DisposableStack()
  const viewers = liveVideoIds.map((id) => open.use(new Viewer(front, id, { returns: true })))
  for (const id of liveVideoIds) await ann.comment(id, 'hello')
  await expect.poll(() => viewers.map(({ seqs }) => seqs.length)).toEqual(liveVideoIds.map(() => 1))
})
