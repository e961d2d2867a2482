import { jittered, type Random } from '../domain/time.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { encodeSseComment, encodeSseRetry } from '../protocol/sse.ts'
import { isStreamPath } from '../protocol/stream-path.ts'
import { type CorsHeaders, exposedHeaders, type StreamCors } from './cors.ts'
import { type PlainHead, readPlainHead } from './plain-request.ts'
import { problemBody, problemType } from './problem.ts'
import { dataHeaders } from './security-headers.ts'

export interface LateAnswer {
  bytes: Buffer
  /** Nothing comes after it on this connection. */
  isLast: boolean
}

/** Gives the answer to a request, as it came, that has waited too long for its turn; null: it is to be served all the same. */
export type AnswerLate = (bytes: Buffer) => LateAnswer | null

const bytesMax = 16_384
const endOfHead = '\r\n\r\n'
const bodyLength = /^\d{1,9}$/
const retryAfterMs = 1_000
const retryMs = 2_000
/** Streams that are told to come back in a row are given so many times for it. */
const retryCount = 32

/**
 * Answers without an HTTP parser and without a route: under overload most of what comes is refused, each at the expense of
 * something that could be served. It answers what is whole, plain, and asks for work of the store: a stream by 200 and a
 * time to come back, all else by 503. A page, `/readyz` and what is unusual is served, however late it is.
 */
export function lateAnswers(cors: StreamCors, random: Random): AnswerLate {
  const requests = remember((own: CorsHeaders) => ({ bytes: refusal(own), isLast: false }))
  const streams = remember((own: CorsHeaders) => cycle(retryCount, () => farewell(own, random)))
  return (bytes) => {
    const head = bytes.length <= bytesMax ? readWhole(bytes.toString('latin1')) : null
    if (head === null) return null
    const own = cors(head.headers.origin)
    if (isStreamPath(head.path)) return { bytes: streams(own)(), isLast: true }
    return head.path === '/create' || head.path.startsWith('/v1/live-videos/') ? requests(own) : null
  }
}

/** The head of a plain request whose body is all that follows it, and after which the connection stays; null for others. */
function readWhole(text: string): PlainHead | null {
  const end = text.indexOf(endOfHead)
  const head = end < 0 ? null : readPlainHead(text.slice(0, end))
  const { 'content-length': length = '0', connection = '' } = head?.headers ?? {}
  const isWhole = bodyLength.test(length) && text.length === end + endOfHead.length + Number(length)
  return isWhole && !/close/i.test(connection) ? head : null
}

function refusal(cors: CorsHeaders): Buffer {
  const body = JSON.stringify(problemBody('overloaded', { retryAfterMs }))
  return response('503 Service Unavailable', body, {
    ...dataHeaders,
    ...cors,
    'access-control-expose-headers': exposedHeaders.join(', '),
    'content-type': problemType,
    'retry-after': String(retryAfterMs / 1_000),
  })
}

/** An EventSource gives up for good on any status but 200. */
function farewell(cors: CorsHeaders, random: Random): Buffer {
  const reason: DisconnectReason = 'overloaded'
  const body = encodeSseRetry(jittered(retryMs, random)) + encodeSseComment(`closed: ${reason}`)
  return response('200 OK', body, {
    ...dataHeaders,
    ...cors,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    connection: 'close',
  })
}

function response(status: string, body: string, headers: Record<string, string>): Buffer {
  const all = Object.entries({ ...headers, 'content-length': String(body.length) })
  return Buffer.from(
    `HTTP/1.1 ${status}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
}

/** Makes a value for each key once: there is one for each known origin. */
function remember<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}

/** Makes a few values, and gives one after the other, over and over. */
function cycle<Value>(count: number, make: () => Value): () => Value {
  const made: Value[] = []
  let turn = 0
  return () => {
    const index = turn++ % count
    made[index] ??= make()
    return made[index]
  }
}
