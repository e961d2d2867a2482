import { expect } from 'vitest'
import type { LiveVideoId } from '../../../domain/live-video.ts'
import { eventOf, type TestBus } from './open-for-test.ts'

let seq = 0

/** Resolves when an event that is published now has come. */
export async function carries(
  publisher: TestBus,
  subscriber: TestBus,
  liveVideoId: LiveVideoId,
): Promise<void> {
  const event = eventOf(liveVideoId, ++seq)
  publisher.bus.publish([event])
  await expect.poll(() => subscriber.received).toContainEqual(event)
}

/**
 * The same after trouble: one event of those that are published from now on. On a busy machine a connection may be
 * lost once more, and what it should have brought is the store's to repair.
 */
export async function carriesAgain(
  publisher: TestBus,
  subscriber: TestBus,
  liveVideoId: LiveVideoId,
): Promise<void> {
  const before = seq
  const hasCome = () => {
    publisher.bus.publish([eventOf(liveVideoId, ++seq)])
    return subscriber.received.some((event) => event.liveVideoId === liveVideoId && event.seq > before)
  }
  await expect.poll(hasCome).toBe(true)
}
