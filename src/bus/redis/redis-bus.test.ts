import { describe, expect, test } from 'vitest'
import { sharedRedis, sharedRedisCluster } from '../../../test/support/backends/redis.ts'
import { describeBus, twoBuses } from '../bus.contract.ts'
import { redisModes } from './redis-url.ts'
import { eventOf, openForTest } from './testing/open-for-test.ts'

const redis = sharedRedis()
const cluster = sharedRedisCluster()

const lone = (query: string) => `redis://${redis.address}?${query}`
const clustered = (query: string) => `redis://${cluster.addresses}?cluster=true&${query}`

let installations = 0
const newPrefix = () => `prefix=test-${++installations}`

for (const mode of redisModes)
  for (const [kind, address] of [
    ['one Redis', lone],
    ['a Redis Cluster', clustered],
  ] as const)
    describeBus(`${kind}, mode=${mode}`, async () => {
      const url = address(`mode=${mode}&${newPrefix()}`)
      const [publisher, subscriber] = await Promise.all([openForTest(url), openForTest(url)])
      return twoBuses(publisher.bus, subscriber.bus)
    })

describe('BU-13: what a node receives', () => {
  const liveVideos = Array.from({ length: 100 }, (_, index) => `video-${index}`)
  const last = 'the-last'

  async function receivedIn(query: string, kind: typeof lone) {
    const url = kind(`${query}&${newPrefix()}`)
    await using publisher = await openForTest(url)
    await using subscriber = await openForTest(url)
    await Promise.all([...liveVideos.slice(0, 2), last].map((id) => subscriber.bus.subscribe(id)))
    publisher.bus.publish(liveVideos.map((liveVideoId) => eventOf(liveVideoId, 1)))
    await expect.poll(() => subscriber.received.length).toBe(2)
    // Whatever was on its way has come before this one, or is on another server's connection and not wanted.
    publisher.bus.publish([eventOf(last, 1)])
    await expect.poll(() => subscriber.received.length).toBe(3)
    return { ...subscriber.counts, messages: publisher.counts }
  }

  test.for([lone, clustered])(
    'BU-13: mode=video brings what was asked for and nothing else',
    async (kind) => {
      expect(await receivedIn('mode=video', kind)).toMatchObject({ received: 3, wanted: 3 })
    },
  )

  test('BU-13: mode=partitioned brings the partitions of what was asked for', async () => {
    const { received, wanted } = await receivedIn('mode=partitioned&partitions=10', lone)
    expect(wanted).toBe(3)
    expect(received).toBeGreaterThan(3)
    expect(received).toBeLessThan(60)
  })

  test('BU-13: mode=firehose brings everything, and what was not asked for goes no further', async () => {
    expect(await receivedIn('mode=firehose', lone)).toMatchObject({ received: 101, wanted: 3 })
  })
})

describe('BU-14: calls to the server', () => {
  const liveVideos = Array.from({ length: 2_500 }, (_, index) => `video-${index}`)

  test('BU-14: what is asked for in one turn travels in one call of a thousand channels at most', async () => {
    await using node = await openForTest(lone(`mode=video&${newPrefix()}`))
    await Promise.all(liveVideos.map((id) => node.bus.subscribe(id)))
    expect(node.counts.subscribeCalls).toEqual([1_000, 1_000, 500])
    await Promise.all(liveVideos.map((id) => node.bus.unsubscribe(id)))
    expect(node.counts.unsubscribeCalls).toEqual([1_000, 1_000, 500])
  })

  test('BU-14: what is asked for while a call is under way shares the next one', async () => {
    await using node = await openForTest(lone(`mode=video&${newPrefix()}`))
    await node.bus.subscribe('first')
    const asked = liveVideos.slice(0, 100).map(async (id, index) => {
      await new Promise((resolve) => setTimeout(resolve, index % 3))
      await node.bus.subscribe(id)
    })
    await Promise.all(asked)
    expect(node.counts.subscribeCalls.reduce((sum, channels) => sum + channels)).toBe(101)
    expect(node.counts.subscribeCalls.length).toBeLessThan(20)
  })

  test('BU-14: a channel is asked for once, however many live videos need it, and let go with the last', async () => {
    await using node = await openForTest(lone(`mode=partitioned&partitions=1&${newPrefix()}`))
    await Promise.all(liveVideos.map((id) => node.bus.subscribe(id)))
    for (const id of liveVideos.slice(1)) await node.bus.unsubscribe(id)
    expect(node.counts).toMatchObject({ subscribeCalls: [1], unsubscribeCalls: [] })
    await node.bus.unsubscribe('video-0')
    expect(node.counts).toMatchObject({ subscribeCalls: [1], unsubscribeCalls: [1] })
  })

  test('BU-14: a live video that is scrolled past within a turn costs no call', async () => {
    await using node = await openForTest(lone(`mode=video&${newPrefix()}`))
    await Promise.all([node.bus.subscribe('a'), node.bus.unsubscribe('a'), node.bus.subscribe('b')])
    expect(node.counts).toMatchObject({ subscribeCalls: [1], unsubscribeCalls: [] })
  })

  test('BU-14: one message for each channel of a batch', async () => {
    await using node = await openForTest(lone(`mode=video&${newPrefix()}`))
    await Promise.all([node.bus.subscribe('a'), node.bus.subscribe('b')])
    const batch = [eventOf('a', 1), eventOf('b', 1), eventOf('a', 2)]
    const batches: number[] = []
    node.bus.onEvents((events) => batches.push(events.length))
    node.bus.publish(batch)
    await expect.poll(() => batches.sort()).toEqual([1, 2])
  })
})

test('BU-13: two installations share a Redis when each has a prefix', async () => {
  await using one = await openForTest(lone('mode=firehose&prefix=one'))
  await using other = await openForTest(lone('mode=firehose&prefix=other'))
  await Promise.all([one.bus.subscribe('a'), other.bus.subscribe('a')])
  other.bus.publish([eventOf('a', 1)])
  one.bus.publish([eventOf('a', 2)])
  await expect.poll(() => one.received).toEqual([eventOf('a', 2)])
})

test('BU-12: what is no batch is reported and does no harm', async () => {
  await using node = await openForTest(lone('mode=firehose&prefix=garbage'))
  await node.bus.subscribe('a')
  await redis.ask('publish', 'garbage:firehose', 'what is this')
  await redis.ask('publish', 'garbage:firehose', '{"version":1,"events":[7]}')
  node.bus.publish([eventOf('a', 1)])
  await expect.poll(() => node.received).toEqual([eventOf('a', 1)])
  expect(node.reports).toEqual([
    'from Redis came 12 bytes that are no batch of events',
    expect.stringMatching(/^from Redis came event 0 of 1 in a batch cannot be read/),
  ])
})
