import type { LiveVideoEvent } from '../domain/event.ts'
import { keptBytes } from '../domain/kept-bytes.ts'
import { formatPosition, type Position, positionOf } from '../domain/position.ts'
import { encodeSse } from '../protocol/sse.ts'
import type { StreamEventName, StreamEvents } from '../protocol/stream-events.ts'

const nothing = Buffer.alloc(0)

/** An event of the log as the bytes that every viewer gets, which a ring keeps; none for an erased comment. */
export function encodeLogEvent(event: LiveVideoEvent): Buffer {
  if (event.type === 'comment.erased') return nothing
  const id = formatPosition(positionOf(event))
  return keptBytes(encodeSse({ id, event: event.type, data: wireData(event) }))
}

function wireData(event: Exclude<LiveVideoEvent, { type: 'comment.erased' }>): unknown {
  const { seq, at } = event
  switch (event.type) {
    case 'comment.created':
      return event.comment
    case 'comment.removed':
    case 'comment.pinned':
      return { seq, at, commentId: event.commentId }
    case 'settings.changed':
      return { seq, at, ...event.settings }
  }
}

/** An event that is not of the log: it has no id and moves no position. */
export const encodeNotice = <Name extends StreamEventName>(event: Name, data: StreamEvents[Name]): string =>
  encodeSse({ event, data })

/** Tells the browser where it is without an event, so that a reconnect before the next one begins at the right place. */
export const encodePosition = (position: Position): string => encodeSse({ id: formatPosition(position) })
