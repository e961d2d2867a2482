import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId } from '../domain/live-video.ts'

/** Takes the events of one commit, in the order of their logs. */
export type EventListener = (events: LiveVideoEvent[]) => void

/** The comments node's half: hands stored events over. */
export interface EventPublisher {
  /** Best effort: may lose, repeat or reorder. Never throws and never waits for a receiver. */
  publish(events: LiveVideoEvent[]): void
}

/** The realtime node's half: asks for live videos, gets their events. */
export interface EventSubscriber {
  /** Called with every batch that holds an event of a subscribed live video. One listener; a second replaces it. */
  onEvents(listener: EventListener): void
  /**
   * Once it resolves, what is published from then on arrives (unless lost). Asking twice is asking once. A bus that is
   * away does not hold it up: it resolves all the same, and `onInterrupted` follows when the bus carries.
   */
  subscribe(liveVideoId: LiveVideoId): Promise<void>
  unsubscribe(liveVideoId: LiveVideoId): Promise<void>
  /**
   * Called when the bus carries again after a time in which it may have lost events of subscribed live videos: whoever
   * compares with the store now waits for no later check. One listener; a second replaces it.
   */
  onInterrupted(listener: () => void): void
}

/** Carries stored events to the realtime nodes. Never fans out to viewers: that is the realtime node's. */
export interface Bus extends EventPublisher, EventSubscriber {
  close(): Promise<void>
}
