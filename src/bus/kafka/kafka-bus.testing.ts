import type { KafkaServer } from '../../../test/support/backends/kafka.ts'
import type { LiveVideoEvent } from '../../domain/event.ts'
import type { LiveVideoId } from '../../domain/live-video.ts'
import type { Clock } from '../../domain/time.ts'
import { systemClock } from '../../system.ts'
import type { Bus } from '../bus.ts'
import { noBusMetrics } from '../metrics.ts'
import { type KafkaAddress, parseKafkaAddress } from './kafka-address.ts'
import { openKafkaBus } from './kafka-bus.ts'
import { defaultKafkaOptions, type KafkaOptions } from './kafka-options.ts'

/** A bus with all that it brought, counted and reported. */
export class TestBus implements AsyncDisposable {
  readonly bus: Bus
  readonly received: LiveVideoEvent[] = []
  /** Each once, however often it came. */
  readonly reports: string[]
  readonly counted: { carried: number; dropped: number }
  interruptions = 0

  constructor(bus: Bus, reports: string[], counted: TestBus['counted']) {
    this.bus = bus
    this.reports = reports
    this.counted = counted
    bus.onEvents((events) => this.received.push(...events))
    bus.onInterrupted(() => {
      this.interruptions++
    })
  }

  /** Of what it brought of a live video, each once and in the order in which it first came. */
  seqsOf(liveVideoId: LiveVideoId): number[] {
    const ofOne = this.received.filter((event) => event.liveVideoId === liveVideoId)
    return [...new Set(ofOne.map(({ seq }) => seq))]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus.close()
  }
}

export interface TestBusOptions extends Partial<KafkaOptions> {
  /** Of a topic that is not there yet. */
  partitions?: number
  address?: KafkaAddress
  clock?: Clock
}

export async function openTestBus(
  kafka: KafkaServer,
  topic: string,
  { partitions = 4, address, clock = systemClock, ...options }: TestBusOptions = {},
): Promise<TestBus> {
  const reports: string[] = []
  const counted = { carried: 0, dropped: 0 }
  const bus = await openKafkaBus(
    {
      address: address ?? parseKafkaAddress(kafka.url(topic, `partitions=${partitions}`)),
      clock,
      random: Math.random,
      report: ({ message }) => reports.includes(message) || reports.push(message),
      metrics: {
        ...noBusMetrics,
        received: (events) => {
          counted.carried += events
        },
        dropped: (events) => {
          counted.dropped += events
        },
      },
    },
    { ...defaultKafkaOptions, ...patient, ...options },
  )
  return new TestBus(bus, reports, counted)
}

/** A machine that is busy with other tests is no broker that is away. */
const patient = { waitMsMax: 30_000, requestMsMax: 30_000, connectMsMax: 30_000 }

let topics = 0

/** A topic that no other test of the file uses. */
export const newTopic = (): string => `topic-${++topics}`

export const event = (liveVideoId: LiveVideoId, seq: number): LiveVideoEvent => ({
  liveVideoId,
  epoch: 'e0e0',
  seq,
  at: 1_000,
  type: 'comment.pinned',
  commentId: null,
})

/** The numbers from 1 to `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
