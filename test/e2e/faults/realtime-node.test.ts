import { expect, test } from 'vitest'
import { Audience } from '../../support/audience.ts'
import type { ChorusServer } from '../../support/chorus-server.ts'
import { type Cluster, nodesOf, ownersOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { readMetric } from '../../support/metrics.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

const liveVideoIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** Gateway, dispatcher, comments node and three realtime nodes that share the slots. */
async function startNodes(cluster: Cluster) {
  const [gateway, , , ...realtime] = await Promise.all([
    cluster.start('gateway'),
    cluster.start('dispatcher'),
    cluster.start('comments'),
    ...[1, 2, 3].map(() => cluster.start('realtime')),
  ])
  await expect.poll(() => nodesOf(gateway)).toBe(3)
  return { gateway, realtime }
}

/** Of the nodes, one that serves somebody. */
async function busiest(gateway: ChorusServer, realtime: ChorusServer[]): Promise<ChorusServer> {
  const owners = await ownersOf(gateway, liveVideoIds)
  const found = realtime.find(({ url }) => owners.includes(url))
  if (!found) throw new Error('no node serves any of the live videos')
  return found
}

test('FT-1: a realtime node is killed under two thousand viewers: they are served by the others', async () => {
  await using cluster = await startCluster()
  const { gateway, realtime } = await startNodes(cluster)
  using audience = new Audience(gateway, { liveVideoIds, viewers: 250 })
  await audience.start()
  const victim = await busiest(gateway, realtime)
  const unserved = await viewersAt(victim)
  const killedAt = performance.now()
  await victim.kill()
  const ms = await msUntilServed(audience, killedAt)
  console.info(`${unserved} viewers lost their node; 99 % of all served again after ${Math.round(ms)} ms`)
  expect(await ownersOf(gateway, liveVideoIds)).not.toContain(victim.url)
  await audience.goesOn()
  await audience.expectWhole()
})

test('FT-2: a realtime node that is cut off from ZooKeeper counts itself out: its viewers go to the others', async () => {
  await using cluster = await startCluster()
  await using link = await startTcpProxy(cluster.zookeeper.port)
  const { gateway, realtime } = await startNodes(cluster)
  const registry = `zookeeper://127.0.0.1:${link.port}/chorus?sessionTimeoutMs=2000`
  const lonely = await cluster.start('realtime', { CHORUS_REGISTRY: registry })
  await expect.poll(() => nodesOf(gateway)).toBe(4)
  await expect.poll(async () => (await ownersOf(gateway, many)).includes(lonely.url)).toBe(true)
  const own = many.filter((_, index) => index % 4 === 0)
  using audience = new Audience(gateway, { liveVideoIds: own })
  await audience.start()
  link.silence()
  await expect
    .poll(async () => (await readDispatch(gateway)).nodes.map(({ url }) => url))
    .not.toContain(lonely.url)
  await expect.poll(() => viewersAt(lonely)).toBe(0)
  await audience.goesOn()
  link.heal()
  await expect.poll(() => nodesOf(gateway)).toBe(4)
  await audience.goesOn()
  await audience.expectWhole()
  expect(realtime.length).toBe(3)
})

test('FT-3: a realtime node that is frozen past its lease, and awakes, serves nobody what is not its own', async () => {
  await using cluster = await startCluster()
  const { gateway, realtime } = await startNodes(cluster)
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  const frozen = await busiest(gateway, realtime)
  frozen.signal('SIGSTOP')
  await expect.poll(() => ownersOf(gateway, liveVideoIds)).not.toContain(frozen.url)
  await audience.goesOn()
  frozen.signal('SIGCONT')
  await expect.poll(() => nodesOf(gateway)).toBe(3)
  await audience.goesOn()
  await audience.expectWhole()
})

test('FT-4: a node that joins takes live videos over, and one that is stopped gives them away', async () => {
  await using cluster = await startCluster()
  const { gateway, realtime } = await startNodes(cluster)
  using audience = new Audience(gateway, { liveVideoIds })
  await audience.start()
  await cluster.start('realtime')
  await expect.poll(() => nodesOf(gateway)).toBe(4)
  await audience.goesOn()
  const leaving = await busiest(gateway, realtime)
  expect((await leaving.stop()).code).toBe(0)
  await audience.goesOn()
  await audience.expectWhole()
})

/** How long fewer than 99 % of all viewers had a stream. Resolves when all have one again. */
async function msUntilServed(audience: Audience, killedAt: number): Promise<number> {
  let [lowest, lastBelow] = [2_000, killedAt]
  const allServed = () => {
    const { live } = audience
    lowest = Math.min(lowest, live)
    if (live < 1_980) lastBelow = performance.now()
    return lowest < 1_980 && live === 2_000
  }
  await expect.poll(allServed, { interval: 10 }).toBe(true)
  return lastBelow - killedAt
}

const many = Array.from({ length: 40 }, (_, index) => `v${index}`)

const viewersAt = (server: ChorusServer): Promise<number> => readMetric(server, 'chorus_viewers')
