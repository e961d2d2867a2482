import { expect, test } from 'vitest'
import { Audience } from '../../support/audience.ts'
import { startEnsemble } from '../../support/backends/zookeeper.ts'
import { type Cluster, nodesOf, ownersOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { readMetric } from '../../support/metrics.ts'

const liveVideoIds = ['a', 'b', 'c', 'd', 'e', 'f']

async function startNodes(cluster: Cluster, settings: Record<string, string> = {}) {
  const [gateway, comments, ...others] = await Promise.all(
    ['gateway', 'comments', 'dispatcher', 'dispatcher', 'realtime', 'realtime'].map((roles) =>
      cluster.start(roles, settings),
    ),
  )
  if (!gateway || !comments) throw new Error('no nodes')
  await expect.poll(() => nodesOf(gateway)).toBe(2)
  return { gateway, comments, dispatchers: others.slice(0, 2), realtime: others.slice(2) }
}

type Nodes = Awaited<ReturnType<typeof startNodes>>

async function leaderOf({ gateway, dispatchers }: Nodes) {
  await expect.poll(async () => (await readDispatch(gateway)).leader).toEqual(expect.any(String))
  const { leader } = await readDispatch(gateway)
  const found = dispatchers.find(({ url }) => url === leader)
  const other = dispatchers.find(({ url }) => url !== leader)
  if (!found || !other) throw new Error(`${leader} leads, which is no dispatcher`)
  return { leader: found, other }
}

test('FT-7: ZooKeeper is gone for a minute and comes back: nobody notices anything', async () => {
  await using cluster = await startCluster()
  const { gateway, realtime } = await startNodes(cluster)
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  const { generation } = await readDispatch(gateway)
  await cluster.zookeeper.kill()
  const back = Date.now() + 60_000
  while (Date.now() < back) await audience.goesOn(50)
  await cluster.zookeeper.start()
  await expect.poll(async () => (await readDispatch(gateway)).registry).toBe('connected')
  await audience.goesOn()
  await audience.expectWhole()
  expect(audience.reconnects).toBe(0)
  expect(audience.refused).toEqual(new Map())
  // It is watched again: a node that dies now is replaced.
  await realtime[0]?.kill()
  await expect.poll(() => nodesOf(gateway)).toBe(1)
  expect((await readDispatch(gateway)).generation).toBeGreaterThan(generation)
}, 180_000)

test('FT-8: one of three ZooKeepers is gone: nodes are still replaced', async () => {
  await using ensemble = await startEnsemble()
  await using cluster = await startCluster()
  const registry = `zookeeper://${ensemble.address}/chorus?sessionTimeoutMs=2000`
  const { gateway, realtime } = await startNodes(cluster, { CHORUS_REGISTRY: registry })
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  await ensemble.servers[0]?.kill()
  await audience.goesOn()
  await realtime[0]?.kill()
  await expect.poll(() => nodesOf(gateway), { timeout: 40_000 }).toBe(1)
  await audience.goesOn()
  await audience.expectWhole()
}, 120_000)

test('FT-9: the leading dispatcher is killed: the other one leads, and replaces nodes', async () => {
  await using cluster = await startCluster()
  const nodes = await startNodes(cluster)
  const { gateway, realtime } = nodes
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  const { leader, other } = await leaderOf(nodes)
  await leader.kill()
  await expect.poll(async () => (await readDispatch(gateway)).leader).toBe(other.url)
  await realtime[0]?.kill()
  await expect.poll(() => ownersOf(gateway, liveVideoIds)).toEqual([realtime[1]?.url])
  await audience.goesOn()
  await audience.expectWhole()
})

test('FT-10: with every dispatcher gone the nodes go on as they are', async () => {
  await using cluster = await startCluster()
  const { gateway, dispatchers } = await startNodes(cluster)
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.kill()))
  await audience.goesOn(100)
  await audience.expectWhole()
  expect(audience.reconnects).toBe(0)
})

test('FT-11: of two dispatchers who both think they lead only one is heard', async () => {
  await using cluster = await startCluster()
  const nodes = await startNodes(cluster)
  const { gateway, realtime } = nodes
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  const { leader, other } = await leaderOf(nodes)
  leader.signal('SIGSTOP')
  await expect.poll(async () => (await readDispatch(other)).leader).toBe(other.url)
  // It awakes in the belief that it leads, while the other one does.
  leader.signal('SIGCONT')
  await realtime[0]?.kill()
  await expect.poll(() => ownersOf(other, liveVideoIds)).toEqual([realtime[1]?.url])
  await expect.poll(() => readMetric(leader, 'chorus_dispatcher_leading')).toBe(0)
  await audience.goesOn()
  await audience.expectWhole()
  expect((await readDispatch(leader)).slots).toEqual((await readDispatch(other)).slots)
})
