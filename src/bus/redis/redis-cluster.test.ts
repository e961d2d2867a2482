import { describe, expect, test } from 'vitest'
import {
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
} from '../../../test/support/backends/redis.ts'
import { keySlotOf } from './key-slot.ts'
import { carries, carriesAgain } from './testing/carrying.ts'
import { eventOf, openForTest, type TestBus } from './testing/open-for-test.ts'

const urlOf = ({ addresses }: RedisCluster) => `redis://${addresses}?cluster=true&mode=video`
const slotOfVideo = (liveVideoId: string) => keySlotOf(`chorus:video:${liveVideoId}`)

async function otherThan(cluster: RedisCluster, server: RedisServer): Promise<RedisServer> {
  const other = cluster.servers.find((one) => one !== server)
  if (!other) throw new Error('there is one server only')
  return other
}

describe('BU-18: a cluster that changes', () => {
  test('BU-18: slots have the numbers that the cluster gives them', async () => {
    await using cluster = await startRedisCluster()
    const [server] = cluster.servers
    for (const channel of ['a', 'chorus:video:abc', 'chorus:partition:7', 'x'.repeat(200)])
      expect(await server?.ask('cluster', 'keyslot', channel)).toBe(String(keySlotOf(channel)))
  })

  test('BU-18: a slot moves while it is subscribed to, and moves back', async () => {
    await using cluster = await startRedisCluster()
    await using publisher = await openForTest(urlOf(cluster))
    await using subscriber = await openForTest(urlOf(cluster))
    const slot = slotOfVideo('a')
    await subscriber.bus.subscribe('a')
    await carries(publisher, subscriber, 'a')
    for (let moves = 1; moves <= 4; moves++) {
      await cluster.moveSlot(slot, await otherThan(cluster, await cluster.ownerOf(slot)))
      await expect.poll(() => subscriber.interruptions).toBeGreaterThanOrEqual(moves)
      await carries(publisher, subscriber, 'a')
    }
    expect(publisher.counts.dropped).toBe(0)
  })
  test('BU-18: a slot moves while others are subscribed to without pause', async () => {
    await using cluster = await startRedisCluster()
    await using publisher = await openForTest(urlOf(cluster))
    await using subscriber = await openForTest(urlOf(cluster))
    const slot = slotOfVideo('a')
    await subscriber.bus.subscribe('a')
    const churn = keepScrolling(subscriber)
    for (let moves = 1; moves <= 4; moves++) {
      const before = subscriber.interruptions
      await cluster.moveSlot(slot, await otherThan(cluster, await cluster.ownerOf(slot)))
      await expect.poll(() => subscriber.interruptions).toBeGreaterThan(before)
      await carriesAgain(publisher, subscriber, 'a')
    }
    await churn.stop()
  })

  test('BU-18: a master dies and its replica takes over', async () => {
    await using cluster = await startRedisCluster()
    const master = await cluster.ownerOf(slotOfVideo('a'))
    const replica = await cluster.addReplica(master)
    await using publisher = await openForTest(urlOf(cluster))
    await using subscriber = await openForTest(urlOf(cluster))
    await subscriber.bus.subscribe('a')
    await carries(publisher, subscriber, 'a')
    await master.kill()
    await expect.poll(() => replica.ask('pubsub', 'shardchannels')).toBe('chorus:video:a')
    await expect.poll(() => subscriber.interruptions).toBeGreaterThan(0)
    await carries(publisher, subscriber, 'a')
  })

  test('BU-18: a master that is away holds up nothing but its own slots', async () => {
    await using cluster = await startRedisCluster()
    const away = await cluster.ownerOf(slotOfVideo('a'))
    const there = liveVideoOf(await otherThan(cluster, away), cluster)
    await away.kill()
    await using node = await openForTest(urlOf(cluster))
    await node.bus.subscribe('a')
    await node.bus.subscribe(await there)
    await carries(node, node, await there)
    await away.start()
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    await carries(node, node, 'a')
  })

  test('BU-16: a cluster that is away when a node starts', async () => {
    await using cluster = await startRedisCluster()
    await Promise.all(cluster.servers.map((server) => server.stop()))
    await using node = await openForTest(urlOf(cluster))
    expect(node.reports).toHaveLength(3)
    await node.bus.subscribe('a')
    node.bus.publish([eventOf('a', 1)])
    await Promise.all(cluster.servers.map((server) => server.start()))
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    await carriesAgain(node, node, 'a')
  })
})

/** Subscribes to other live videos and lets them go, as viewers do who scroll through a feed. */
function keepScrolling({ bus }: TestBus) {
  let going = true
  const scroll = async (lane: number) => {
    for (let index = 0; going; index++) {
      await bus.subscribe(`other-${lane}-${index}`)
      void bus.unsubscribe(`other-${lane}-${index}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const lanes = [1, 2, 3].map(scroll)
  return {
    async stop(): Promise<void> {
      going = false
      await Promise.all(lanes)
    },
  }
}

async function liveVideoOf(server: RedisServer, cluster: RedisCluster): Promise<string> {
  for (let index = 0; ; index++)
    if ((await cluster.ownerOf(slotOfVideo(`video-${index}`))) === server) return `video-${index}`
}
