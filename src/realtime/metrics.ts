import type { GapReason } from '../protocol/stream-events.ts'

/** How a viewer who resumed was brought up to date. */
export type ResumeResult = 'ring' | 'store' | 'gap' | 'reset'

/** What a realtime node counts. */
export interface RealtimeMetrics {
  viewersChanged(by: 1 | -1): void
  resumed(result: ResumeResult): void
  /** Writes of a frame to viewers, the events in them counted for each, and the bytes as they were sent. */
  delivered(writes: number, events: number, bytes: number): void
  /**
   * A frame was made.
   * @param events how many it shows
   * @param gatherMs how long the next one may gather, as decided now
   * @param demand the part of the event loop that writing every event by itself would take
   */
  gathered(events: number, gatherMs: number, demand: number): void
  /** From the acceptance of an event to the last socket of its channel. */
  deliveryLatency(milliseconds: number): void
  slowViewer(): void
  gap(reason: GapReason): void
  ringRead(): void
  storeRead(): void
  repaired(events: number): void
  /** The bus brought events that the store does not have. */
  unknownEvents(events: number): void
  /** A log is another one now, or went back in time; its viewers were told. */
  logRestarted(): void
}
