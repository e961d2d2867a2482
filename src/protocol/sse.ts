/**
 * The text of server-sent events, as the HTML Standard's section 9.2 has a browser read it.
 * Reading is left to EventSource and eventsource-parser.
 */
export interface SseEvent {
  /** The browser sends it back as Last-Event-ID. No line break, no NUL. Without `data` it only moves the position. */
  id?: string
  /** The event's name; no line break. */
  event?: string
  /** Sent as JSON. */
  data?: unknown
}

/** @throws TypeError when an id or a name would break out of its line. */
export function encodeSse({ id, event, data }: SseEvent): string {
  const idLine = id === undefined ? '' : `id: ${oneLine(id)}\n`
  const eventLine = event === undefined ? '' : `event: ${oneLine(event)}\n`
  const dataLine = data === undefined ? '' : `data: ${oneLineJson(data)}\n`
  return `${idLine}${eventLine}${dataLine}\n`
}

/**
 * JSON on one line for every kind of client: many split lines as Unicode does (Python's `str.splitlines`), at more than the
 * line breaks of the format. Of those JSON itself leaves only these three as they are.
 */
function oneLineJson(value: unknown): string {
  const json = JSON.stringify(value)
  // Three searches cost a third of one with a regular expression, and nearly no text has any of these.
  const isOneLine = !json.includes('\u0085') && !json.includes('\u2028') && !json.includes('\u2029')
  return isOneLine ? json : json.replace(/[\u0085\u2028\u2029]/g, escapeCharacter)
}

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A comment line: read by nobody, it keeps proxies from closing a quiet stream. */
export const encodeSseComment = (text: string): string => `: ${oneLine(text)}\n\n`

/** How long the browser waits before it connects again, in milliseconds. */
export const encodeSseRetry = (retryMs: number): string => `retry: ${Math.max(0, Math.round(retryMs))}\n\n`

function oneLine(value: string): string {
  if (value.includes('\n') || value.includes('\r') || value.includes('\0'))
    throw new TypeError('An SSE id, event name or comment must stay on its line.')
  return value
}
