import type { StreamEventName, StreamEvents } from '../protocol/stream-events.ts'

export type StreamEvent = {
  [Name in StreamEventName]: { type: Name; data: StreamEvents[Name] }
}[StreamEventName]

/** The events that say something of the live video; the others are about the stream itself. */
export type LiveEvent = Exclude<StreamEvent, { type: 'reset' | 'auth.expired' }>

export const streamEventNames = [
  'comment.created',
  'comment.removed',
  'comment.pinned',
  'settings.changed',
  'viewers',
  'gap',
  'reset',
  'auth.expired',
] as const satisfies StreamEventName[]

/** null: not JSON, and so not from this server. */
export function readEvent(type: StreamEventName, data: string): StreamEvent | null {
  try {
    return { type, data: JSON.parse(data) } as StreamEvent
  } catch {
    return null
  }
}
