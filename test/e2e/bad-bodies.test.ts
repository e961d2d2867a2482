import { afterEach, expect, test } from 'vitest'
import { readState } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { expectProblem } from '../support/expect-problem.ts'
import { send } from '../support/http-client.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { signToken } from '../support/tokens.ts'

const server = sharedChorus()
const token = signToken({ sub: 'ann', role: 'moderator' })

let liveVideoId = ''
const post = (body: unknown, headers: Record<string, string> = {}) => {
  liveVideoId = newLiveVideoId()
  return send(server, 'POST', `/v1/live-videos/${liveVideoId}/comments`, { token, body, headers })
}

afterEach(async () => {
  // Nothing was stored, and the server still answers.
  expect((await readState(server, liveVideoId)).position).toBe('-:0')
})

test.each<[string, string]>([
  ['a space', ' '],
  ['half of an object', '{"text":"hello"'],
  ['two values', '{"text":"a"}{"text":"b"}'],
  ['a comma too many', '{"text":"a",}'],
  ['single quotes', "{'text':'a'}"],
  ['a bare line feed in a string', '{"text":"a\nb"}'],
  ['a bad escape', '{"text":"\\x41"}'],
  ['NaN', '{"text":"a","offsetMs":NaN}'],
  ['a NUL', '{"text":"a"}\0'],
  ['HTML', '<html></html>'],
  ['__proto__', '{"text":"a","__proto__":{"role":"host"}}'],
  ['an escaped __proto__', '{"text":"a","\\u005f_proto__":{"role":"host"}}'],
  ['constructor.prototype', '{"text":"a","constructor":{"prototype":{"role":"host"}}}'],
])('HT-1: a body that is not JSON, or poisoned, is refused: %s', async (_, body) => {
  expectProblem(await post(body), 'invalid_json')
})

test.each<[string, Buffer]>([
  ['a byte that begins nothing', Buffer.from('{"text":"a\xff"}', 'latin1')],
  ['half of a character', Buffer.from('{"text":"\xc3"}', 'latin1')],
  ['a surrogate in UTF-8', Buffer.from('{"text":"\xed\xa0\x80"}', 'latin1')],
  ['Latin-1', Buffer.from('{"text":"café"}', 'latin1')],
  ['UTF-16', Buffer.from('{"text":"hello"}', 'utf16le')],
])('HT-1: a body that is not UTF-8 is refused, not stored with holes in it: %s', async (_, body) => {
  expectProblem(await post(body), 'invalid_json')
})

test.each([
  'null',
  '[]',
  '"hello"',
  '7',
  '{}',
  '{"text":null}',
  '{"text":7}',
  '{"text":["hello"]}',
  '{"text":{"toString":"hello"}}',
  '{"text":"a","offsetMs":"1"}',
  '{"text":"a","offsetMs":-1}',
  '{"text":"a","offsetMs":1.5}',
  '{"text":"a","offsetMs":1e13}',
  '{"text":"a","offsetMs":1e400}',
  '{"text":"a","offsetMs":99999999999999999999999999}',
  '{"text":"a","replyTo":7}',
  '{"text":"a","replyTo":""}',
  `{"text":"a","replyTo":"${'x'.repeat(65)}"}`,
])('HT-1: JSON of another shape is refused: %s', async (body) => {
  const problem = expectProblem(await post(body), 'invalid_request')
  expect(problem.errors?.[0]).toEqual({ path: expect.stringMatching(/^body/), message: expect.any(String) })
})

test.each<[string, string]>([
  ['empty', '""'],
  ['spaces alone', '"  \\n\\t \\u00a0\\u2003 "'],
  ['5,001 characters', `"${'a'.repeat(5_001)}"`],
  ['5,001 characters of two UTF-16 units', `"${'👋'.repeat(5_001)}"`],
  ['NUL', '"a\\u0000b"'],
  ['ESC', '"\\u001b[31mred"'],
  ['DEL', '"a\\u007fb"'],
  ['a C1 control', '"a\\u009bb"'],
  ['a tab', '"a\\tb"'],
  ['a carriage return', '"a\\rb"'],
  ['a high surrogate alone', '"a\\ud800b"'],
  ['a low surrogate alone', '"a\\udc00"'],
  ['surrogates the wrong way round', '"\\udc4b\\ud83d"'],
])('HT-1: a text that cannot be is refused: %s', async (_, text) => {
  const problem = expectProblem(await post(`{"text":${text}}`), 'invalid_text')
  expect(problem.detail).toMatch(/^The text /)
})

test.each<[string, string[], string]>([
  ['10 MB announced', ['Content-Length: 10000000'], '{"text":"'],
  ['a little over the bound', ['Content-Length: 65537'], '{"text":"'],
  ['chunks without end', ['Transfer-Encoding: chunked'], `11000\r\n${'a'.repeat(0x11000)}\r\n`],
])('HT-1: a body that is too large is refused before it has come: %s', async (_, headers, beginning) => {
  liveVideoId = newLiveVideoId()
  const common = [`Authorization: Bearer ${token}`, 'Content-Type: application/json']
  const head = rawRequest(`POST /v1/live-videos/${liveVideoId}/comments`, [...common, ...headers])
  using connection = new RawConnection(server, head + beginning)
  await expect.poll(() => connection.received).toMatch(/^HTTP\/1\.1 413 /)
  expect(connection.received).toContain('content-type: application/problem+json')
  await expect.poll(() => connection.received).toContain('"code":"body_too_large"')
})

test('HT-1: 10 MB sent all the same get their answer', async () => {
  liveVideoId = newLiveVideoId()
  const body = `{"text":"${'a'.repeat(10_000_000)}"}`
  const headers = [`Authorization: Bearer ${token}`, 'Content-Type: application/json']
  const head = rawRequest('POST /create', [...headers, `Content-Length: ${body.length}`])
  using connection = new RawConnection(server, head + body)
  await expect.poll(() => connection.received).toMatch(/^HTTP\/1\.1 413 /)
})

test.each<[string, string]>([
  ['arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
  ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['a text', `{"text":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ['__proto__ deep down', `{"text":${'{"a":'.repeat(8_000)}{"__proto__":1}${'}'.repeat(8_000)}}`],
])('HT-1: a deep nest of %s harms nobody', async (_, body) => {
  expect((await post(body)).status).toBe(400)
})

test.each<[string, string]>([
  ['text', 'text/plain'],
  ['a form', 'application/x-www-form-urlencoded'],
  ['a multipart form', 'multipart/form-data; boundary=x'],
  ['XML', 'application/xml'],
  ['bytes', 'application/octet-stream'],
  ['no type at all', ''],
])(
  'HT-1: a body said to be %s is refused, for a form of another site can send it',
  async (_, contentType) => {
    expectProblem(await post('{"text":"hello"}', { 'content-type': contentType }), 'unsupported_media_type')
  },
)

test.each(['/create', '/v1/live-videos/lobby/comments'])(
  'HT-1: a post without a body is refused: %s',
  async (path) => {
    liveVideoId = newLiveVideoId()
    expectProblem(await send(server, 'POST', path, { token }), 'invalid_request')
  },
)
