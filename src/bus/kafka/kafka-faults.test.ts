import { Admin } from '@platformatic/kafka'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  type KafkaServer,
  noKafka,
  startKafka,
  startKafkaBeside,
} from '../../../test/support/backends/kafka.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { parseKafkaAddress } from './kafka-address.ts'
import { event, newTopic, openTestBus, type TestBus, upTo } from './kafka-bus.testing.ts'

describe('Kafka that fails', () => {
  let kafka: KafkaServer
  beforeAll(async () => {
    if (!noKafka) kafka = await startKafka()
  })
  afterAll(() => kafka?.[Symbol.asyncDispose]())
  beforeEach(async (context) => {
    if (noKafka) context.skip(noKafka)
    await kafka.start()
  })

  /** Publishes an event of `a` every few milliseconds until it is stopped. */
  function publishing({ bus }: TestBus) {
    let last = 0
    const timer = setInterval(() => bus.publish([event('a', ++last)]), 5)
    const stop = () => {
      clearInterval(timer)
      return last
    }
    onTestFinished(() => void stop())
    return { stop, published: () => last }
  }

  const growsBy = (count: number, read: () => number) => {
    const goal = read() + count
    return expect.poll(read).toBeGreaterThanOrEqual(goal)
  }

  test.each([
    ['stopped', () => kafka.stop()],
    ['killed', () => kafka.kill()],
  ])('BU-28: a broker that is %s under publishing and started again costs no event', async (_, end) => {
    const topic = newTopic()
    await using comments = await openTestBus(kafka, topic)
    await using node = await openTestBus(kafka, topic)
    await node.bus.subscribe('a')
    const { stop, published } = publishing(comments)
    await growsBy(20, () => node.seqsOf('a').length)
    await end()
    await growsBy(20, published)
    await kafka.start()
    await growsBy(20, published)
    const last = stop()
    await expect.poll(() => node.seqsOf('a')).toEqual(upTo(last))
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    expect(comments.counted.dropped).toBe(0)
  })

  test('BU-28: a broker that froze and woke costs no event', async () => {
    const topic = newTopic()
    await using comments = await openTestBus(kafka, topic, { requestMsMax: 500 })
    await using node = await openTestBus(kafka, topic, { requestMsMax: 500 })
    await node.bus.subscribe('a')
    const { stop, published } = publishing(comments)
    await growsBy(20, () => node.seqsOf('a').length)
    await kafka.pause()
    await expect.poll(() => Math.min(comments.reports.length, node.reports.length)).toBeGreaterThan(0)
    kafka.resume()
    await growsBy(20, published)
    const last = stop()
    await expect.poll(() => node.seqsOf('a')).toEqual(upTo(last))
  })

  test('BU-46: partitions that move to another broker are written and read on there', async () => {
    await using second = await startKafkaBeside(kafka)
    const topic = newTopic()
    const address = parseKafkaAddress(kafka.url(topic, 'partitions=8&replicas=2'))
    await using node = await openTestBus(kafka, topic, { address })
    const videos = upTo(20).map((n) => `video-${n}`)
    await Promise.all(videos.map((liveVideoId) => node.bus.subscribe(liveVideoId)))
    let seq = 0
    const allArrive = async () => {
      const since = ++seq
      await expect
        .poll(() => {
          node.bus.publish(videos.map((liveVideoId) => event(liveVideoId, ++seq)))
          return videos.filter((liveVideoId) => !node.seqsOf(liveVideoId).some((arrived) => arrived > since))
        })
        .toEqual([])
    }
    await allArrive()
    await second.kill()
    await allArrive()
    expect(node.interruptions).toBeGreaterThan(0)
    await second.start()
    await allArrive()
  })

  test('BU-29: without a broker the bus opens, takes subscriptions and events, and carries when there is one', async () => {
    await kafka.stop()
    const topic = newTopic()
    await using node = await openTestBus(kafka, topic)
    await node.bus.subscribe('a')
    node.bus.publish([event('a', 1)])
    await expect
      .poll(() => node.reports)
      .toEqual([expect.stringMatching(/^Kafka at [^\n]*ECONNREFUSED[^\n]*; trying again$/)])
    await kafka.start()
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    node.bus.publish([event('a', 2)])
    await expect.poll(() => node.seqsOf('a')).toContain(2)
  })

  test('BU-29: a broker that does not answer holds up no subscription, and what it lost is told', async () => {
    const topic = newTopic()
    await using node = await openTestBus(kafka, topic, { requestMsMax: 500, waitMsMax: 200 })
    await kafka.pause()
    await node.bus.subscribe('a')
    kafka.resume()
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    node.bus.publish([event('a', 1)])
    await expect.poll(() => node.seqsOf('a')).toEqual([1])
  })

  test('BU-26: events that wait for a broker are bounded, and those beyond are counted and reported', async () => {
    const topic = newTopic()
    await using comments = await openTestBus(kafka, topic, { outboxBytesMax: 2_000 })
    await using node = await openTestBus(kafka, topic)
    await node.bus.subscribe('a')
    await kafka.stop()
    for (const seq of upTo(1_000)) comments.bus.publish([event('a', seq)])
    await expect.poll(() => comments.counted.dropped).toBeGreaterThan(900)
    expect(comments.reports.filter((line) => line.includes('not sent to Kafka'))).toHaveLength(1)
    await kafka.start()
    await expect.poll(() => node.seqsOf('a').at(-1)).toBe(1_000)
    expect(node.seqsOf('a').length + comments.counted.dropped).toBe(1_000)
  })

  test('BU-25: when retention takes what was not read yet, reading goes on at the end and the gap is told', async () => {
    const topic = newTopic()
    await using comments = await openTestBus(kafka, topic, { partitions: 1 })
    await comments.bus.subscribe('a')
    // On its clock no time passes: once it has lost the broker it stays away until it is told to try again.
    const clock = new ManualClock()
    await using node = await openTestBus(kafka, topic, { clock })
    await node.bus.subscribe('a')
    comments.bus.publish([event('a', 1)])
    await expect.poll(() => node.seqsOf('a')).toEqual([1])
    await kafka.stop()
    await expect.poll(() => node.reports).toHaveLength(1)
    await kafka.start()
    comments.bus.publish([event('a', 2), event('a', 3)])
    await expect.poll(() => comments.seqsOf('a')).toEqual([1, 2, 3])
    await deleteRecords(topic)
    const interruptions = () => {
      clock.advance(1_000)
      return node.interruptions
    }
    await expect.poll(interruptions).toBeGreaterThan(0)
    comments.bus.publish([event('a', 4)])
    await expect.poll(() => node.seqsOf('a')).toEqual([1, 4])
  })

  /** As retention does to records that are old enough. */
  async function deleteRecords(topic: string): Promise<void> {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.address] })
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: -1n }] }] })
    await admin.close()
  }

  test('BU-45: closing sends what waits, and waits for no broker that is away', async () => {
    const topic = newTopic()
    await using node = await openTestBus(kafka, topic)
    await node.bus.subscribe('a')
    await using comments = await openTestBus(kafka, topic)
    comments.bus.publish(upTo(100).map((seq) => event('a', seq)))
    await comments.bus.close()
    await expect.poll(() => node.seqsOf('a')).toEqual(upTo(100))

    await using cutOff = await openTestBus(kafka, topic, { waitMsMax: 200 })
    await kafka.stop()
    cutOff.bus.publish([event('a', 101)])
    await cutOff.bus.close()
    await kafka.start()
  })
})
