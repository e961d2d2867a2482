import { cpSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Author, authorOf, readAll, readPage } from '../../support/author.ts'
import { type Addressed, ChorusServer } from '../../support/chorus-server.ts'
import { nodesOf, startCluster } from '../../support/cluster.ts'
import { expectProblem } from '../../support/expect-problem.ts'
import { send } from '../../support/http-client.ts'
import { readMetric } from '../../support/metrics.ts'
import { ReloadingViewer } from '../../support/reloading-viewer.ts'
import { testSecret } from '../../support/tokens.ts'
import { Viewer } from '../../support/viewer.ts'

// By their hashes, one on each of two nodes at least.
const liveVideoIds = ['a', 'b', 'c', 'd']

async function postToAll(author: Author, count: number, text: string): Promise<void> {
  for (const liveVideoId of liveVideoIds)
    for (let number = 1; number <= count; number++)
      await author.comment(liveVideoId, `${text} ${number}`, { key: `${text}-${number}` })
}

const storedIds = async (server: Addressed, liveVideoId: string) =>
  (await readAll(server, liveVideoId)).map(({ id }) => id)

test('RT-32: PostgreSQL goes back to a backup under running nodes: every viewer has what it has, and nothing else', async () => {
  await using cluster = await startCluster()
  const [gateway, ...nodes] = await Promise.all([
    cluster.start('gateway,dispatcher,comments'),
    cluster.start('realtime'),
    cluster.start('realtime'),
  ])
  await expect.poll(() => nodesOf(gateway)).toBe(2)
  const ann = authorOf(gateway, { sub: 'ann' })
  using open = new DisposableStack()
  const staying = liveVideoIds.map((id) => open.use(new ReloadingViewer(gateway, id)))
  await postToAll(ann, 15, 'kept')
  await cluster.postgres.backUp()
  await expect
    .poll(async () => (await ann.post('a', 'there again', { key: 'probe' })).status)
    .toBeLessThan(300)

  await postToAll(ann, 10, 'lost')
  const away = new Viewer(gateway, 'b')
  await expect.poll(() => away.seqs.at(-1)).toBe(25)
  away[Symbol.dispose]()
  const { after } = await readPage(gateway, 'b')
  await expect.poll(() => staying.every(({ shown }) => shown.length >= 25)).toBe(true)

  await cluster.postgres.restore()
  await expect
    .poll(async () => (await ann.post('a', 'there again', { key: 'probe' })).status)
    .toBeLessThan(300)
  await postToAll(ann, 13, 'new')

  for (const [index, liveVideoId] of liveVideoIds.entries()) {
    const stored = await storedIds(gateway, liveVideoId)
    expect(stored.length).toBeGreaterThanOrEqual(28)
    await expect.poll(() => staying[index]?.shown).toEqual(stored)
    expect(staying[index]?.resets).toBeGreaterThan(0)
    const coming = open.use(new Viewer(gateway, liveVideoId, { query: 'history=200' }))
    await expect.poll(() => coming.comments.map(({ id }) => id)).toEqual(stored)
  }
  // Its last event has a number that another event has now.
  const back = open.use(new Viewer(gateway, 'b', { lastEventId: away.lastEventId ?? '' }))
  await expect.poll(() => back.named('reset').length).toBe(1)
  const page = await send(gateway, 'GET', `/v1/live-videos/b/comments?after=${encodeURIComponent(after)}`)
  expectProblem(page, 'invalid_cursor')
  // The comment of that key is lost, and stored anew.
  expect((await ann.post('b', 'lost 10', { key: 'lost-10' })).status).toBe(201)
  const restarts = nodes.map((node) => readMetric(node, 'chorus_restarted_logs_total'))
  expect((await Promise.all(restarts)).reduce((sum, count) => sum + count)).toBe(liveVideoIds.length)
  expect(nodes.map(({ printed }) => printed).join()).toContain('its viewers were told to load it again')
})

test('RT-32: an embedded store that was restored from a copy is another one to those who come back', async () => {
  await using server = new ChorusServer({ CHORUS_JWT_SECRET: testSecret, CHORUS_POST_LIMIT: 'off' })
  await server.start()
  const ann = authorOf(server, { sub: 'ann' })
  const copy = `${server.storeFolder}-copy`
  for (const text of ['one', 'two']) await ann.comment('a', text)
  await server.stop()
  cpSync(server.storeFolder, copy, { recursive: true })
  await server.start(server.port)
  using staying = new ReloadingViewer(server, 'a')
  for (const text of ['lost 3', 'lost 4']) await ann.comment('a', text)
  await expect.poll(() => staying.shown.length).toBe(4)
  await server.kill()
  rmSync(server.storeFolder, { recursive: true })
  cpSync(copy, server.storeFolder, { recursive: true })
  rmSync(copy, { recursive: true })

  await server.start(server.port)
  for (const text of ['new 3', 'new 4', 'new 5']) await ann.comment('a', text)
  await expect.poll(() => staying.shown.length).toBe(5)
  expect(staying.shown).toEqual(await storedIds(server, 'a'))
  expect(staying.resets).toBe(1)
})
