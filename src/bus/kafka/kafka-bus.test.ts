import { Admin, compatibilityPartitioner } from '@platformatic/kafka'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type KafkaServer, noKafka, startKafka } from '../../../test/support/backends/kafka.ts'
import type { LiveVideoId } from '../../domain/live-video.ts'
import { describeBus, sameBus, twoBuses } from '../bus.contract.ts'
import { parseKafkaAddress } from './kafka-address.ts'
import { event, newTopic, openTestBus, upTo } from './kafka-bus.testing.ts'

describe('Kafka', () => {
  let kafka: KafkaServer
  beforeAll(async () => {
    if (!noKafka) kafka = await startKafka()
  })
  afterAll(() => kafka?.[Symbol.asyncDispose]())
  beforeEach((context) => {
    if (noKafka) context.skip(noKafka)
  })

  function admin(): Admin {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.address] })
    onTestFinished(() => admin.close())
    return admin
  }

  /** So many live videos, no two of them in one partition of four. */
  function inPartitionsOfTheirOwn(count: number): LiveVideoId[] {
    const byPartition = new Map(upTo(100).map((n) => [partitionOf(`video-${n}`), `video-${n}`]))
    return [...byPartition.values()].slice(0, count)
  }
  const partitionOf = (key: string) => compatibilityPartitioner({ topic: '' }, Buffer.from(key)) % 4

  const open = async (topic = newTopic()) => (await openTestBus(kafka, topic)).bus
  describeBus('Kafka, one process', async () => sameBus(await open()))
  describeBus('Kafka, two processes', async () => {
    const topic = newTopic()
    return twoBuses(await open(topic), await open(topic))
  })

  test('BU-21: a node reads the partitions that hold a live video it asked for, and no others', async () => {
    await using node = await openTestBus(kafka, newTopic())
    const [a = '', b = '', c = ''] = inPartitionsOfTheirOwn(3)
    await node.bus.subscribe(a)
    await node.bus.subscribe(b)
    await node.bus.unsubscribe(b)
    node.bus.publish([event(b, 1), event(c, 1), event(a, 1)])
    node.bus.publish([event(b, 2), event(c, 2), event(a, 2)])
    await expect.poll(() => node.seqsOf(a)).toEqual([1, 2])
    expect(node.counted.carried).toBe(2)
  })

  test('BU-22: nodes that read the same partition each get everything, and none waits for another’s coming or going', async () => {
    const topic = newTopic()
    await using comments = await openTestBus(kafka, topic)
    await using first = await openTestBus(kafka, topic)
    await using second = await openTestBus(kafka, topic)
    await Promise.all([first.bus.subscribe('a'), second.bus.subscribe('a')])
    for (const seq of upTo(20)) {
      await using passing = await openTestBus(kafka, topic)
      await passing.bus.subscribe('a')
      comments.bus.publish([event('a', seq)])
    }
    for (const node of [first, second]) {
      await expect.poll(() => node.seqsOf('a')).toEqual(upTo(20))
      expect(node.interruptions).toBe(0)
    }
    expect((await admin().listGroups()).size).toBe(0)
  })

  test('BU-23: a missing topic is made as the address says; one that is there keeps its partitions', async () => {
    const topic = newTopic()
    await using maker = await openTestBus(kafka, topic, { partitions: 3 })
    await maker.bus.subscribe('a')
    await using other = await openTestBus(kafka, topic, { partitions: 7 })
    await other.bus.subscribe('a')
    other.bus.publish([event('a', 1)])
    await expect.poll(() => maker.seqsOf('a')).toEqual([1])
    const metadata = await admin().metadata({ topics: [topic] })
    expect(metadata.topics.get(topic)?.partitionsCount).toBe(3)
    const [configs] = await admin().describeConfigs({
      resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }],
      includeSynonyms: false,
      includeDocumentation: false,
    })
    expect(configs?.configs[0]?.value).toBe('3600000')
  })

  test('BU-23: when partitions are added, both halves follow and the gap is told', async () => {
    const topic = newTopic()
    await using node = await openTestBus(kafka, topic, { partitions: 1, topicCheckMs: 200 })
    const videos = upTo(20).map((n) => `video-${n}`)
    await Promise.all(videos.map((liveVideoId) => node.bus.subscribe(liveVideoId)))
    await admin().createPartitions({ topics: [{ name: topic, count: 6, assignments: null }] })
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    let seq = 0
    await expect
      .poll(() => {
        seq++
        node.bus.publish(videos.map((liveVideoId) => event(liveVideoId, seq)))
        return videos.filter((liveVideoId) => node.seqsOf(liveVideoId).length === 0)
      })
      .toEqual([])
  })

  test('BU-24: records carry the LiveVideoId as key, where any Kafka client looks for it', async () => {
    const topic = newTopic()
    await using node = await openTestBus(kafka, topic)
    const videos = upTo(50).map((n) => `video-${n}`)
    await node.bus.subscribe('video-1')
    node.bus.publish(videos.map((liveVideoId) => event(liveVideoId, 1)))
    await expect.poll(() => node.seqsOf('video-1')).toEqual([1])
    const [found] = await admin().listOffsets({
      topics: [{ name: topic, partitions: upTo(4).map((n) => ({ partitionIndex: n - 1, timestamp: -1n })) }],
    })
    for (const { partitionIndex, offset } of found?.partitions ?? [])
      expect(Number(offset)).toBe(videos.filter((id) => partitionOf(id) === partitionIndex).length)
  })

  test('BU-25: a topic that is deleted is made anew, and the gap is told', async () => {
    const topic = newTopic()
    await using node = await openTestBus(kafka, topic)
    await node.bus.subscribe('a')
    node.bus.publish([event('a', 1)])
    await expect.poll(() => node.seqsOf('a')).toEqual([1])
    await admin().deleteTopics({ topics: [topic] })
    await expect.poll(() => node.interruptions).toBeGreaterThan(0)
    await node.bus.subscribe('b')
    await expect
      .poll(() => {
        node.bus.publish([event('a', 2), event('b', 1)])
        return [node.seqsOf('a'), node.seqsOf('b')]
      })
      .toEqual([[1, 2], [1]])
  })

  test('BU-47: a commit that is larger than a record travels in several, in order', async () => {
    await using node = await openTestBus(kafka, newTopic(), { recordBytesMax: 500 })
    await node.bus.subscribe('a')
    node.bus.publish(upTo(100).map((seq) => event('a', seq)))
    await expect.poll(() => node.seqsOf('a')).toEqual(upTo(100))
  })

  test('BU-47: what the brokers refuse for good is dropped, counted and reported, and holds up nothing', async () => {
    const topic = newTopic()
    const configs = [{ name: 'max.message.bytes', value: '2000' }]
    await admin().createTopics({ topics: [topic], partitions: 1, replicas: 1, configs })
    await using node = await openTestBus(kafka, topic)
    await node.bus.subscribe('a')
    node.bus.publish(upTo(100).map((seq) => event('a', seq)))
    await expect.poll(() => node.counted.dropped).toBe(100)
    node.bus.publish([event('a', 101)])
    await expect.poll(() => node.seqsOf('a')).toEqual([101])
    expect(node.reports).toEqual([expect.stringMatching(/^events were not sent to Kafka; .*: [^\n]+$/)])
  })

  test('BU-27: what no waiting mends is one clear line at the start', async () => {
    const address = parseKafkaAddress(kafka.url(newTopic(), 'replicas=3'))
    const opened = openTestBus(kafka, newTopic(), { address })
    await expect(opened).rejects.toThrow(/^Kafka at 127\.0\.0\.1:\d+: [^\n]*Replication[^\n]*$/)
  })
})
