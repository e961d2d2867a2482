/**
 * The text of server-sent events, as the HTML Standard's section 9.2 has a browser read it.
 * Reading is left to EventSource and eventsource-parser.
 */
export interface SseEvent {
  /** The browser sends it back as Last-Event-ID. No line break, no NUL. Without `data` it only moves the position. */
  id?: string
  /** The event's name; no line break. */
  event?: string
  /** Any text; a line break in it becomes a line of its own. */
  data?: string
}

/** @throws TypeError when an id or a name would break out of its line. */
export function encodeSse({ id, event, data }: SseEvent): string {
  const idLine = id === undefined ? '' : `id: ${oneLine(id)}\n`
  const eventLine = event === undefined ? '' : `event: ${oneLine(event)}\n`
  return `${idLine}${eventLine}${data === undefined ? '' : dataLines(data)}\n`
}

/**
 * JSON on one line for every kind of client: many split lines as Unicode does (Python's
 * `str.splitlines`), at more than the line breaks of the format. Of those JSON itself leaves only these three as they are.
 */
export const encodeSseJson = (value: unknown): string => {
  const json = JSON.stringify(value)
  return unicodeLineEnd.test(json) ? json.replace(/[\u0085\u2028\u2029]/g, escapeCharacter) : json
}

const unicodeLineEnd = /[\u0085\u2028\u2029]/
const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A comment line: read by nobody, it keeps proxies from closing a quiet stream. */
export const encodeSseComment = (text: string): string => `: ${oneLine(text)}\n\n`

/** How long the browser waits before it connects again, in milliseconds. */
export const encodeSseRetry = (retryMs: number): string => `retry: ${Math.max(0, Math.round(retryMs))}\n\n`

function dataLines(data: string): string {
  // JSON never holds a bare line break: nearly every event is one line and takes this short way.
  if (!data.includes('\n') && !data.includes('\r')) return `data: ${data}\n`
  return data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')
}

function oneLine(value: string): string {
  if (value.includes('\n') || value.includes('\r') || value.includes('\0'))
    throw new TypeError('An SSE id, event name or comment must stay on its line.')
  return value
}
