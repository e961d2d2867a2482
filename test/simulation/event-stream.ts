import { createParser } from 'eventsource-parser'

export interface EventStreamHandlers {
  /** An id without an event: it only moves the position. */
  onPosition: (id: string) => void
  onEvent: (id: string | undefined, name: string | undefined, data: string) => void
  onRetry: (retryMs: number) => void
}

/** Reads a stream as the HTML Standard says, in pieces cut anywhere; a block that does not end is not seen. */
export function readEventStream(handlers: EventStreamHandlers): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder()
  // An id stands alone until the event of its own block follows.
  let alone: string | null = null
  const settle = () => {
    if (alone !== null) handlers.onPosition(alone)
    alone = null
  }
  const parser = createParser({
    onId: (id) => {
      settle()
      alone = id
    },
    onEvent: ({ id, event, data }) => {
      if (id === undefined) settle()
      alone = null
      handlers.onEvent(id, event, data)
    },
    onRetry: handlers.onRetry,
  })
  return (bytes) => {
    parser.feed(decoder.decode(bytes, { stream: true }))
    settle()
  }
}
