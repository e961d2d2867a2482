import fc from 'fast-check'
import { expect, test } from 'vitest'
import { streamCors } from './cors.ts'
import { lateAnswers } from './late-answer.ts'

const comments = '/v1/live-videos/a/comments'
const answer = lateAnswers(streamCors('*'), () => 0.5)
const written = (line: string, headers: string[] = [], body = '') =>
  Buffer.from(`${[`${line} HTTP/1.1`, 'Host: a', ...headers].join('\r\n')}\r\n\r\n${body}`)
const sized = (body: string) => [`Content-Length: ${body.length}`]

/** An answer as a client reads it. */
function read(bytes: Buffer | undefined) {
  const [head = '', body = ''] = String(bytes).split('\r\n\r\n', 2)
  const [status, ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2)))
  expect(Number(headers['content-length'])).toBe(String(bytes).length - head.length - 4)
  return { status, headers, body }
}

test.each([
  ['a page', written(`GET ${comments}?limit=200`)],
  ['a state', written('GET /v1/live-videos/a')],
  ['a comment', written(`POST ${comments}`, sized('{"text":"hi"}'), '{"text":"hi"}')],
  ['a comment by the other address', written('POST /create', sized('{}'), '{}')],
  ['a removal', written(`DELETE ${comments}/1`, ['Connection: keep-alive'])],
])('FS-9: %s that is late is told when to come back, and the connection stays', (_, request) => {
  const late = answer(request)
  expect(late?.isLast).toBe(false)
  const { status, headers, body } = read(late?.bytes)
  expect(status).toBe('HTTP/1.1 503 Service Unavailable')
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'retry-after': '1',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'Retry-After, WWW-Authenticate',
    'cache-control': 'no-store',
  })
  expect(JSON.parse(body)).toMatchObject({
    status: 503,
    code: 'overloaded',
    retryable: true,
    retryAfterMs: 1_000,
  })
})

test('FS-9: a stream that is late is told by 200 and a time of its own, which an EventSource obeys', () => {
  const times = new Set<string>()
  const random = (() => {
    let count = 0
    return () => (count++ % 10) / 10
  })()
  const varied = lateAnswers(streamCors('*'), random)
  for (let count = 0; count < 20; count++) {
    const late = varied(written('GET /v1/live-videos/a/stream?history=0'))
    expect(late?.isLast).toBe(true)
    const { status, headers, body } = read(late?.bytes)
    expect(status).toBe('HTTP/1.1 200 OK')
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'access-control-allow-origin': '*',
      connection: 'close',
    })
    expect(body).toMatch(/^retry: \d+\n\n: closed: overloaded\n\n$/)
    times.add(body)
  }
  expect(times.size).toBe(10)
})

test('FS-9: pages of known sites may read the answer, and those of others may not', () => {
  const named = lateAnswers(streamCors(['https://a.example']), Math.random)
  const asked = (origin: string) =>
    read(named(written(`GET ${comments}`, [`Origin: ${origin}`]))?.bytes).headers
  expect(asked('https://a.example')).toMatchObject({
    'access-control-allow-origin': 'https://a.example',
    'access-control-allow-credentials': 'true',
  })
  expect(asked('https://b.example')).not.toHaveProperty('access-control-allow-origin')
})

test.each([
  ['readiness', written('GET /readyz')],
  ['metrics', written('GET /metrics')],
  ['events of another node', written('POST /v1/internal/events', sized('{}'), '{}')],
  ['a page of the site', written('GET /')],
  ['the interface', written('GET /openapi.json')],
  ['a body in chunks', written(`POST ${comments}`, ['Transfer-Encoding: chunked'], '0\r\n\r\n')],
  [
    'one that waits before its body',
    written(`POST ${comments}`, [...sized('{}'), 'Expect: 100-continue'], '{}'),
  ],
  ['one that ends the connection', written(`GET ${comments}`, ['Connection: close'])],
  ['two lengths of a body', written(`POST ${comments}`, [...sized('{}'), ...sized('{}')], '{}')],
  ['a length that a lenient proxy may read', written(`POST ${comments}`, ['Content-Length : 5'])],
  ['a length with a sign', written(`POST ${comments}`, ['Content-Length: +2'], '{}')],
  ['a header that goes on in the next line', written(`POST ${comments}`, ['X: a', ' Content-Length: 5'])],
  ['HTTP/1.0', Buffer.from(`GET ${comments} HTTP/1.0\r\n\r\n`)],
  ['another method', written(`OPTIONS ${comments}`)],
  ['garbage', Buffer.from('hello?\r\n\r\n')],
  ['nothing', Buffer.alloc(0)],
])('FS-9: %s is served however late it is', (_, request) => {
  expect(answer(request)).toBeNull()
})

test('FS-9: what is not exactly one whole request is left to the server', () => {
  const body = '{"text":"hello"}'
  const whole = String(written(`POST ${comments}`, sized(body), body))
  expect(answer(Buffer.from(whole))).not.toBeNull()
  const cutAt = fc.integer({ min: 0, max: whole.length - 1 })
  fc.assert(fc.property(cutAt, (at) => answer(Buffer.from(whole.slice(0, at))) === null))
  const more = fc.string({ minLength: 1 })
  fc.assert(fc.property(more, (text) => answer(Buffer.from(whole + text)) === null))
})
