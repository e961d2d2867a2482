import { jittered, type Random } from '../domain/time.ts'
import { encodeFarewell } from '../protocol/disconnect.ts'
import { isStreamPath } from '../protocol/stream-path.ts'
import { type CorsHeaders, exposedHeaders, type StreamCors } from './cors.ts'
import { type PlainHead, readPlainHead } from './plain-request.ts'
import { problemBody, problemType } from './problem.ts'
import { rawHead } from './raw-response.ts'
import { dataHeaders, eventStreamHeaders } from './security-headers.ts'

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
/** How many different times to come back refused streams are given, one after the other. */
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
  const body = encodeFarewell('overloaded', jittered(retryMs, random))
  return response('200 OK', body, { ...eventStreamHeaders, ...cors, connection: 'close' })
}

const response = (status: string, body: string, headers: Record<string, string>): Buffer =>
  Buffer.from(rawHead(status, { ...headers, 'content-length': body.length }) + body)

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
