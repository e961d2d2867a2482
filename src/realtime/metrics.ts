import type { GapReason } from '../protocol/stream-events.ts'

/** How a viewer who came with a position was brought up to date. */
export type ResumeResult = 'ring' | 'store' | 'gap' | 'reset'

/** What a realtime node counts; who exposes it is not its business. */
export interface RealtimeMetrics {
  viewersChanged(by: 1 | -1): void
  resumed(result: ResumeResult): void
  /** Frames written to viewers, and the events in them, one by one. */
  delivered(frames: number, events: number): void
  /** From the acceptance of an event to the last socket of its channel. */
  deliveryLatency(milliseconds: number): void
  slowViewer(): void
  gap(reason: GapReason): void
  ringRead(): void
  storeRead(): void
  repaired(events: number): void
}
