import { expect, test } from 'vitest'
import { authorOf } from '../../support/author.ts'
import type { Addressed } from '../../support/chorus-server.ts'
import { nodesOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { send } from '../../support/http-client.ts'
import { Viewer } from '../../support/viewer.ts'

const readiness = async (server: Addressed) => {
  const reply = await send(server, 'GET', '/readyz')
  return [reply.status, reply.json<{ errors?: { path: string }[] }>().errors?.map(({ path }) => path) ?? []]
}

test('FT-19: with ZooKeeper away and every gateway lost, a new one serves what its peers know', async () => {
  await using cluster = await startCluster()
  const [gateway, comments, realtime, dispatcher] = await Promise.all(
    ['gateway', 'comments', 'realtime', 'dispatcher'].map((roles) => cluster.start(roles)),
  )
  if (!gateway || !comments || !realtime || !dispatcher) throw new Error('no nodes')
  await expect.poll(() => nodesOf(gateway)).toBe(1)
  expect(await readiness(dispatcher)).toEqual([200, []])
  for (const line of ['this dispatcher leads now', 'slots moved']) expect(dispatcher.printed).toContain(line)
  // What a node is asked for later it has to know by now.
  const membersOf = async (node: Addressed) =>
    (await send(node, 'GET', '/v1/internal/members')).json<unknown[]>().length
  await expect.poll(() => membersOf(comments)).toBe(4)
  await cluster.zookeeper.kill()
  await gateway.kill()
  await expect.poll(() => readiness(dispatcher)).toEqual([503, ['registry']])

  const CHORUS_PEERS = `http://127.0.0.1:1,${comments.url}`
  const [helped, alone, late] = await Promise.all([
    cluster.start('gateway', { CHORUS_PEERS }),
    cluster.start('gateway'),
    cluster.start('comments'),
  ])
  await expect.poll(() => readiness(helped), { timeout: 20_000 }).toEqual([200, []])
  // It may know the nodes before it knows which of them serves what: then a viewer is told to come back.
  using viewer = new Viewer(helped, 'lobby', { returns: true })
  await expect
    .poll(async () => (await authorOf(helped, { sub: 'ann' }).post('lobby', 'hello', { key: 'k' })).status)
    .toBe(200)
  await expect.poll(() => viewer.seqs).toEqual([1])
  // The cluster page, asked for the first time: what was known when the registry went away.
  const { registry, nodes } = await readDispatch(helped)
  expect([registry, nodes.map(({ url }) => url)]).toEqual([
    'unreachable',
    expect.arrayContaining([comments.url, realtime.url, dispatcher.url]),
  ])

  // Those that nobody tells anything say so, in few lines, and serve when it is back.
  expect(await readiness(alone)).toEqual([503, ['nodes']])
  expect(await readiness(late)).toEqual([503, ['registration']])
  for (const { printed } of [helped, alone, late]) {
    expect(printed).toMatch(/"reason":"ZooKeeper at [\d.:]+ cannot be reached: [^\n]*; trying again/)
    expect(printed).not.toContain('"stack"')
    expect(printed.split('\n').filter((line) => line.startsWith('{')).length).toBeLessThan(12)
  }
  await cluster.zookeeper.start()
  for (const server of [helped, alone, late])
    await expect.poll(() => readiness(server), { timeout: 20_000 }).toEqual([200, []])
  await expect.poll(async () => (await readDispatch(alone)).nodes.length).toBe(6)
}, 120_000)
