import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { Bus, EventPublisher, EventSubscriber } from './bus.ts'

/** A bus as its users see it: the comments node's end and the realtime node's, in one process or two. */
export interface BusEnds {
  publisher: EventPublisher
  subscriber: EventSubscriber
  close(): Promise<void>
}

/** Both ends at one bus. */
export const sameBus = (bus: Bus): BusEnds => ({
  publisher: bus,
  subscriber: bus,
  close: () => bus.close(),
})

/** One end each at two buses that reach each other. */
export const twoBuses = (publisher: Bus, subscriber: Bus): BusEnds => ({
  publisher,
  subscriber,
  close: async () => void (await Promise.all([publisher.close(), subscriber.close()])),
})

const event = (liveVideoId: LiveVideoId, seq: number): LiveVideoEvent => ({
  liveVideoId,
  epoch: 'e0e0',
  seq,
  at: 1_000,
  type: 'comment.pinned',
  commentId: null,
})

/** One of every kind, with what is hard to carry in its text. */
const everyKind = (liveVideoId: LiveVideoId): LiveVideoEvent[] => {
  const log = { liveVideoId, epoch: 'e0e0', at: 1_700_000_000_000 }
  const comment = {
    id: '0190a5b4-0000-7000-8000-000000000001',
    seq: 1,
    liveVideoId,
    author: { id: 'ann', name: 'Añn \u{1f469}‍\u{1f680}', avatarUrl: 'https://x.example/a.png', role: 'host' },
    text: 'line\n"quotes" \\ \u2028 \u202e \u{1f389} \ufffd ',
    createdAt: 1_700_000_000_000,
    offsetMs: 61_500,
    replyTo: '0190a5b4-0000-7000-8000-000000000000',
  } as const
  return [
    { ...log, seq: 1, type: 'comment.created', comment },
    { ...log, seq: 2, type: 'comment.pinned', commentId: comment.id },
    { ...log, seq: 3, type: 'settings.changed', settings: { closed: true, slowModeMs: null } },
    { ...log, seq: 4, type: 'comment.removed', commentId: comment.id, commentSeq: 1 },
    { ...log, seq: 5, type: 'comment.erased' },
  ]
}

/** What every Bus does when nothing goes wrong. `open`: a bus of its own for each test. */
export function describeBus(name: string, open: () => Promise<BusEnds>): void {
  describe(`Bus: ${name}`, () => {
    let ends: BusEnds
    let received: LiveVideoEvent[]
    const receivedOf = (...liveVideoIds: LiveVideoId[]) =>
      received.filter(({ liveVideoId }) => liveVideoIds.includes(liveVideoId))

    beforeEach(async () => {
      ends = await open()
      received = []
      ends.subscriber.onEvents((events) => received.push(...events))
    })
    afterEach(() => ends.close())

    test('BU-1: brings the events of subscribed live videos as they were published', async () => {
      const { publisher, subscriber } = ends
      await subscriber.subscribe('a')
      const events = [event('a', 1), event('a', 2)]
      publisher.publish(events)
      await expect.poll(() => received).toEqual(events)
    })

    test('BU-1: every kind of event, whatever its text', async () => {
      await ends.subscriber.subscribe('a')
      ends.publisher.publish(everyKind('a'))
      await expect.poll(() => received).toEqual(everyKind('a'))
    })

    test('BU-1: batch after batch, of several live videos each', async () => {
      const { publisher, subscriber } = ends
      await Promise.all([subscriber.subscribe('a'), subscriber.subscribe('b')])
      const batches = Array.from({ length: 50 }, (_, index) => [event('a', index + 1), event('b', index + 1)])
      for (const batch of batches) publisher.publish(batch)
      const of = (liveVideoId: LiveVideoId) => batches.map((_, index) => event(liveVideoId, index + 1))
      await expect.poll(() => receivedOf('a')).toEqual(of('a'))
      await expect.poll(() => receivedOf('b')).toEqual(of('b'))
    })

    test('BU-2: an event that nobody asked for may come, but one that was asked for does', async () => {
      const { publisher, subscriber } = ends
      await subscriber.subscribe('a')
      publisher.publish([event('b', 1), event('a', 1), event('c', 1)])
      await expect.poll(() => receivedOf('a')).toEqual([event('a', 1)])
    })

    test('BU-3: after unsubscribing and subscribing again events come again', async () => {
      const { publisher, subscriber } = ends
      await subscriber.subscribe('a')
      await subscriber.unsubscribe('a')
      await subscriber.subscribe('a')
      publisher.publish([event('a', 1)])
      await expect.poll(() => received).toEqual([event('a', 1)])
    })

    test('BU-3: letting one live video go leaves the others', async () => {
      const { publisher, subscriber } = ends
      const many = Array.from({ length: 200 }, (_, index) => `video-${index}`)
      await Promise.all(many.map((liveVideoId) => subscriber.subscribe(liveVideoId)))
      const [kept, gone] = [many.slice(0, 100), many.slice(100)]
      await Promise.all(gone.map((liveVideoId) => subscriber.unsubscribe(liveVideoId)))
      publisher.publish(many.map((liveVideoId) => event(liveVideoId, 1)))
      const seen = () => new Set(receivedOf(...kept).map(({ liveVideoId }) => liveVideoId))
      await expect.poll(seen).toEqual(new Set(kept))
    })

    test('BU-4: subscribing twice is subscribing once', async () => {
      const { publisher, subscriber } = ends
      await subscriber.subscribe('a')
      await subscriber.subscribe('a')
      publisher.publish([event('a', 1)])
      await expect.poll(() => received).toEqual([event('a', 1)])
      await subscriber.unsubscribe('a')
    })

    test('BU-10: the last word counts, whatever was under way when it was said', async () => {
      const { publisher, subscriber } = ends
      const asked = [
        subscriber.subscribe('a'),
        subscriber.unsubscribe('a'),
        subscriber.subscribe('a'),
        subscriber.unsubscribe('a'),
        subscriber.subscribe('a'),
      ]
      await Promise.all(asked)
      publisher.publish([event('a', 1)])
      await expect.poll(() => received).toEqual([event('a', 1)])
    })

    test('BU-11: publishing nothing, or after closing, does no harm', async () => {
      ends.publisher.publish([])
      await ends.close()
      ends.publisher.publish([event('a', 1)])
      await ends.close()
      expect(received).toEqual([])
    })
  })
}
