import { describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../../test/support/backends/redis.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { redisModes } from './redis-url.ts'
import { carries, carriesAgain } from './testing/carrying.ts'
import { eventOf, openForTest, type TestBus } from './testing/open-for-test.ts'

const urlOf = ({ address }: { address: string }, query = 'mode=video') => `redis://${address}?${query}`

/** It says that it may have missed something, and brings the events of `a` again. */
async function comesBack(node: TestBus, interruptionsBefore = 0) {
  await expect.poll(() => node.interruptions).toBeGreaterThan(interruptionsBefore)
  await carriesAgain(node, node, 'a')
}

describe('BU-17: a connection that is lost comes back by itself, with its subscriptions', () => {
  test.for(redisModes)('BU-17: Redis restarted, mode=%s', async (mode) => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis, `mode=${mode}`))
    await Promise.all([node.bus.subscribe('a'), node.bus.subscribe('b')])
    await carries(node, node, 'a')
    await redis.kill()
    await expect.poll(() => node.reports[0]).toMatch(/^no connection to Redis at /)
    await redis.start()
    await comesBack(node)
    await carries(node, node, 'b')
    expect(node.interruptions).toBe(1)
  })

  test('BU-17: a connection killed by the server', async () => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis))
    await node.bus.subscribe('a')
    for (const times of [0, 1, 2]) {
      await redis.ask('client', 'kill', 'type', 'pubsub')
      await comesBack(node, times)
    }
  })

  test('BU-17: an output buffer that overflows', async () => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis, 'mode=firehose'))
    await redis.ask('config', 'set', 'client-output-buffer-limit', 'pubsub 1mb 1mb 1')
    await node.bus.subscribe('a')
    const flood = `for i = 1, 50 do redis.call('publish', 'chorus:firehose', string.rep('x', 100000)) end`
    await redis.ask('eval', flood, '0')
    await expect.poll(() => redis.printed).toContain('output buffer limits')
    await comesBack(node)
  })

  test('BU-17: a frozen server is noticed, and what is asked of it meanwhile does not wait for ever', async () => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis), { pingMs: 300, connectMs: 1_000 })
    await node.bus.subscribe('a')
    redis.pause()
    await node.bus.subscribe('b')
    await node.bus.unsubscribe('b')
    await expect.poll(() => node.reports.join()).toMatch(/no sign of life|no answer/)
    redis.resume()
    await comesBack(node)
  })

  test('BU-17: a node that was busy itself gives no connection up', async () => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis), { pingMs: 1_000 })
    await node.bus.subscribe('a')
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const until = performance.now() + 2_500; performance.now() < until; );
    await carries(node, node, 'a')
    expect(node.reports).toEqual([])
  })

  test('BU-17: what was asked for and let go while it was away is as it was said last', async () => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis))
    await Promise.all([node.bus.subscribe('gone'), node.bus.subscribe('kept')])
    await redis.kill()
    await node.bus.unsubscribe('gone')
    await node.bus.subscribe('new')
    await redis.start()
    await expect.poll(() => channelsOf(redis)).toEqual(['chorus:video:kept', 'chorus:video:new'])
    await expect.poll(() => node.interruptions).toBe(1)
  })

  test('BU-17: without subscriptions there is nothing to miss', async () => {
    await using redis = await startRedis()
    await using node = await openForTest(urlOf(redis))
    await node.bus.subscribe('a')
    await node.bus.unsubscribe('a')
    await redis.kill()
    await expect.poll(() => node.reports.length).toBeGreaterThan(0)
    await redis.start()
    await expect.poll(() => redis.ask('client', 'list')).toContain('name=chorus')
    await node.bus.subscribe('b')
    await carries(node, node, 'b')
    expect(node.interruptions).toBe(0)
  })
})

describe('BU-16: Redis away when a node starts', () => {
  test('BU-16: it starts, says so, and carries when Redis is there', async () => {
    await using redis = await startRedis()
    await redis.stop()
    await using node = await openForTest(urlOf(redis))
    expect(node.reports).toEqual([expect.stringMatching(/^Redis at .* does not answer: .*ECONNREFUSED/)])
    await node.bus.subscribe('a')
    node.bus.publish([eventOf('a', 1)])
    await redis.start()
    await comesBack(node)
  })

  test('BU-16: one that holds connections and answers nothing is away, too', async () => {
    await using redis = await startRedis()
    redis.pause()
    await using node = await openForTest(urlOf(redis), { connectMs: 1_000 })
    expect(node.reports).toEqual([expect.stringMatching(/no answer for 1000 ms$/)])
    await node.bus.subscribe('a')
    redis.resume()
    await comesBack(node)
  })
})

describe('BU-19: publishing', () => {
  test('BU-19: what is published while the connection is away is sent when it is back', async () => {
    await using redis = await startRedis()
    await using network = await startTcpProxy(redis.port)
    await using publisher = await openForTest(urlOf(network))
    await using subscriber = await openForTest(urlOf(redis))
    await subscriber.bus.subscribe('a')
    await carries(publisher, subscriber, 'a')
    subscriber.received.length = 0
    network.cut()
    for (const seq of [1, 2, 3]) publisher.bus.publish([eventOf('a', seq)])
    await expect.poll(() => publisher.reports.length).toBeGreaterThan(0)
    network.heal()
    await expect.poll(() => subscriber.received.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(publisher.counts.dropped).toBe(0)
  })

  test('BU-19: what the connection took with it is sent again', async () => {
    await using redis = await startRedis()
    await using network = await startTcpProxy(redis.port)
    await using publisher = await openForTest(urlOf(network), { pingMs: 300 })
    await using subscriber = await openForTest(urlOf(redis))
    await subscriber.bus.subscribe('a')
    await carries(publisher, subscriber, 'a')
    subscriber.received.length = 0
    network.silence()
    for (const seq of [1, 2, 3]) publisher.bus.publish([eventOf('a', seq)])
    await expect.poll(() => publisher.reports.join()).toMatch(/no sign of life/)
    network.cut()
    network.heal()
    const seen = () => new Set(subscriber.received.map(({ seq }) => seq))
    await expect.poll(seen).toEqual(new Set([1, 2, 3]))
  })

  test('BU-19: more than may wait is dropped, oldest first, counted and reported', async () => {
    await using redis = await startRedis()
    await using network = await startTcpProxy(redis.port)
    await using publisher = await openForTest(urlOf(network), { unsentBytesMax: 20_000 })
    await using subscriber = await openForTest(urlOf(redis))
    await subscriber.bus.subscribe('a')
    await carries(publisher, subscriber, 'a')
    subscriber.received.length = 0
    network.cut()
    await expect.poll(() => publisher.reports.length).toBeGreaterThan(0)
    const all = Array.from({ length: 100 }, (_, index) => eventOf('a', index + 1, 'x'.repeat(1_000)))
    for (const event of all) publisher.bus.publish([event])
    const { dropped } = publisher.counts
    expect(dropped).toBeGreaterThan(80)
    expect(dropped).toBeLessThan(90)
    expect(publisher.reports.filter((line) => line.includes('too many wait already'))).toHaveLength(1)
    network.heal()
    await expect.poll(() => subscriber.received).toEqual(all.slice(dropped))
  })

  test('BU-19: closing lets what was published last leave', async () => {
    await using redis = await startRedis()
    const publisher = await openForTest(urlOf(redis))
    await using subscriber = await openForTest(urlOf(redis))
    await subscriber.bus.subscribe('a')
    publisher.bus.publish([eventOf('a', 1)])
    await publisher.bus.close()
    await expect.poll(() => subscriber.received).toEqual([eventOf('a', 1)])
  })
})

async function channelsOf(redis: RedisServer): Promise<string[]> {
  const channels = await redis.ask('pubsub', 'channels')
  return channels.split('\n').sort()
}
