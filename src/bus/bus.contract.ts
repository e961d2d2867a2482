import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LiveVideoEvent } from '../domain/event.ts'
import type { Bus } from './bus.ts'

const event = (liveVideoId: string, seq: number): LiveVideoEvent => ({
  liveVideoId,
  epoch: 'e0e0',
  seq,
  at: 1_000,
  type: 'comment.pinned',
  commentId: null,
})

/** What every Bus does when nothing goes wrong. */
export function describeBus(name: string, open: () => Promise<Bus>): void {
  describe(`Bus: ${name}`, () => {
    let bus: Bus
    let received: LiveVideoEvent[]

    beforeEach(async () => {
      bus = await open()
      received = []
      bus.onEvents((events) => received.push(...events))
    })
    afterEach(() => bus.close())

    test('BU-1: brings the events of subscribed live videos as they were published', async () => {
      await bus.subscribe('a')
      const events = [event('a', 1), event('a', 2)]
      bus.publish(events)
      await expect.poll(() => received).toEqual(events)
    })

    test('BU-2: an event that nobody asked for may come, but one that was asked for does', async () => {
      await bus.subscribe('a')
      bus.publish([event('b', 1), event('a', 1), event('c', 1)])
      await expect
        .poll(() => received.filter(({ liveVideoId }) => liveVideoId === 'a'))
        .toEqual([event('a', 1)])
    })

    test('BU-3: after unsubscribing and subscribing again events come again', async () => {
      await bus.subscribe('a')
      await bus.unsubscribe('a')
      await bus.subscribe('a')
      bus.publish([event('a', 1)])
      await expect.poll(() => received).toEqual([event('a', 1)])
    })

    test('BU-4: subscribing twice is subscribing once', async () => {
      await bus.subscribe('a')
      await bus.subscribe('a')
      bus.publish([event('a', 1)])
      await expect.poll(() => received).toEqual([event('a', 1)])
      await bus.unsubscribe('a')
    })
  })
}
