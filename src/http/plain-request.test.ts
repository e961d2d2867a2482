import { createServer } from 'node:http'
import { duplexPair } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { streamCors } from './cors.ts'
import { lateAnswers } from './late-answer.ts'
import { readPlainRequest } from './plain-request.ts'

interface Read {
  method: string | undefined
  url: string | undefined
  headers: object
}

/** Every request that Node's own parser finds in the bytes of a whole connection; null: it refuses them. */
async function readByNode(bytes: Buffer): Promise<Read[] | null> {
  const found: Read[] = []
  const server = createServer(({ method, url, headers }, response) => {
    found.push({ method, url, headers })
    response.end()
  })
  const [client, served] = duplexPair()
  const outcome = new Promise<boolean>((resolve) => {
    server.on('clientError', () => resolve(false))
    client.on('end', () => resolve(true)).resume()
  })
  server.emit('connection', served)
  client.end(bytes)
  const isRead = await outcome
  client.destroy()
  served.destroy()
  return isRead ? found : null
}

const ascii = (from: string, to: string) =>
  fc.integer({ min: from.charCodeAt(0), max: to.charCodeAt(0) }).map((code) => String.fromCharCode(code))
const visible = (maxLength: number) => fc.string({ unit: ascii('!', '~'), maxLength })
/** What a head may hold that it should not: controls, folds, Latin-1, another line. */
const odd = fc.constantFrom('\0', '\t', '\n', '\r', '\r\n', '\r\n ', '\x7f', '\x80', 'ü', '#', '?', ' ', ':')

const names = fc.oneof(
  {
    weight: 15,
    arbitrary: fc.constantFrom('Accept', 'Cookie', 'X-A', 'x-a', 'Connection', 'Range', 'Via', 'DNT', 'Age'),
  },
  fc.constantFrom(
    'Content-Length',
    'Transfer-Encoding',
    'Upgrade',
    'Expect',
    'TE',
    'Trailer',
    'Host',
    'X_A',
    'X A',
    '',
  ),
  visible(4),
)
const values = fc.oneof(
  { weight: 6, arbitrary: visible(10) },
  fc.constantFrom(
    '0',
    '5',
    'chunked',
    'close',
    'keep-alive',
    'upgrade',
    '100-continue',
    'two words',
    ' x\t',
    '',
  ),
)
const headers = fc.array(
  fc.tuple(names, fc.constantFrom(': ', ':', ':\t '), values).map((parts) => parts.join('')),
  { maxLength: 4 },
)
const targets = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(visible(8), visible(8)).map(([path, query]) => `/${path}?${query}`) },
  visible(8).map((path) => `/${path}`),
  fc.constantFrom('*', 'http://test/', '//test/', '/%zz', '/?', '/??', '/#'),
)
const usually = (usual: string, ...others: string[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))

const heads = fc
  .record({
    method: usually('GET', 'POST', 'HEAD', 'get', 'CONNECT'),
    target: targets,
    version: usually('HTTP/1.1', 'HTTP/1.0', 'HTTP/1.11', 'http/1.1', 'HTTP/2.0'),
    host: usually('Host: test', 'Host:', 'host:x:1', 'X: y'),
    headers,
    end: usually('\r\n\r\n', '\r\n', '\n\n', '\r\n\r\nbody', '\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n'),
  })
  .map(({ method, target, version, host, headers, end }) =>
    [`${method} ${target} ${version}`, host, ...headers].join('\r\n').concat(end),
  )

/** A head, mostly with something odd somewhere in it. */
const requests = fc
  .tuple(heads, fc.option(fc.tuple(fc.nat(), odd), { freq: 1 }))
  .map(([head, change]) => {
    if (!change) return head
    const at = change[0] % (head.length + 1)
    return head.slice(0, at) + change[1] + head.slice(at)
  })
  .map((text) => Buffer.from(text, 'latin1'))

test('HT-6: whatever is read without a parser, Node’s own parser reads the same way', async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(requests, async (bytes) => {
      const plain = readPlainRequest(bytes)
      if (!plain) return
      taken++
      const found = await readByNode(bytes)
      expect(found).toHaveLength(1)
      const [{ method, url, headers } = { method: '', url: '', headers: {} }] = found ?? []
      const [path, ...query] = url?.split('?') ?? []
      expect({ method, path, query: query.join('?') }).toEqual({
        method: 'GET',
        path: plain.path,
        query: plain.query,
      })
      expect({ ...plain.headers }).toEqual({ ...headers })
      expect(plain.bytes).toBe(bytes)
    }),
    { numRuns: 2_000 },
  )
  expect(taken).toBeGreaterThan(100)
})

test('HT-6, FS-9: what is refused without a parser is one request to Node’s own, body and all', async () => {
  let refused = 0
  const answerLate = lateAnswers(streamCors('*'), Math.random)
  const asked = fc.tuple(
    fc.constantFrom('GET', 'POST', 'DELETE', 'PUT'),
    headers,
    fc.constantFrom('', 'hello', '\r\n\r\n', 'GET / HTTP/1.1\r\nHost: b\r\n\r\n'),
    fc.constantFrom(0, 0, 0, 1, -1),
    fc.option(fc.tuple(fc.nat(), odd), { freq: 1 }),
  )
  await fc.assert(
    fc.asyncProperty(asked, async ([method, lines, body, more, change]) => {
      const length = body === '' ? [] : [`Content-Length: ${body.length + more}`]
      const head = [`${method} /v1/live-videos/a/comments HTTP/1.1`, 'Host: test', ...lines, ...length].join(
        '\r\n',
      )
      const at = change === null ? 0 : change[0] % head.length
      const text = change === null ? head : head.slice(0, at) + change[1] + head.slice(at)
      const bytes = Buffer.from(`${text}\r\n\r\n${body}`, 'latin1')
      if (answerLate(bytes) === null) return
      refused++
      expect(await readByNode(bytes)).toHaveLength(1)
    }),
    { numRuns: 2_000 },
  )
  expect(refused).toBeGreaterThan(100)
})

const head = (...lines: string[]) => `${['GET /a?b=c HTTP/1.1', 'Host: test', ...lines].join('\r\n')}\r\n\r\n`

test('HT-6: a GET as browsers send it is read', () => {
  const bytes = Buffer.from(head('Accept: text/event-stream', 'Accept-Language:  de, en;q=0.5 ', 'Empty:'))
  expect(readPlainRequest(bytes)).toEqual({
    path: '/a',
    query: 'b=c',
    headers: { host: 'test', accept: 'text/event-stream', 'accept-language': 'de, en;q=0.5', empty: '' },
    bytes,
  })
})

test.each<[string, string]>([
  ['two headers of one name', head('Cookie: a', 'cookie: b')],
  ['two hosts', head('Host: other')],
  ['a body of known length', head('Content-Length: 2')],
  ['no body, said so', head('Content-Length: 0')],
  ['a body in chunks', head('Transfer-Encoding: chunked')],
  ['an upgrade', head('Connection: Upgrade', 'Upgrade: websocket')],
  ['an expectation', head('Expect: 100-continue')],
  ['bytes after the head', `${head()}x`],
  ['a second request after the first', head() + head()],
  ['half a head', head().slice(0, -2)],
  ['half a line', 'GET /a HT'],
  ['nothing', ''],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: test\r\n\r\n'],
  ['HTTP/0.9', 'GET /\r\n\r\n'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['another method', 'POST / HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['a method in lower case', 'get / HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\nAccept: x\r\n\r\n'],
  ['no header at all', 'GET / HTTP/1.1\r\n\r\n'],
  ['a folded header', head('X-A: b', ' c')],
  ['a folded first header', 'GET / HTTP/1.1\r\n Host: test\r\n\r\n'],
  ['a control byte in a value', head('X-A: b\x01c')],
  ['a NUL in a value', head('X-A: b\0c')],
  ['a DEL in the path', 'GET /\x7f HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['Latin-1 in a value', head('X-A: \xfc')],
  ['Latin-1 in the path', 'GET /\xfc HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['Latin-1 in the query', 'GET /?\xfc HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['the absolute form', 'GET http://test/a HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['the asterisk form', 'GET * HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['a fragment', 'GET /a#b HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['a fragment in the query', 'GET /a?b#c HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['two spaces', 'GET  /a HTTP/1.1\r\nHost: test\r\n\r\n'],
  ['a space after the version', 'GET /a HTTP/1.1 \r\nHost: test\r\n\r\n'],
  ['an empty line before it', `\r\n${head()}`],
  ['bare line feeds', head().replaceAll('\r\n', '\n')],
  ['a bare line feed within', 'GET / HTTP/1.1\r\nHost: test\nX-A: b\r\n\r\n'],
  ['a bare carriage return within', head('X-A: b\rX-B: c')],
  ['a space before the colon', head('X-A : b')],
  ['a name that is none', head('X(A): b')],
  ['no colon', head('X-A')],
  ['no name', head(': b')],
  ['more than 8 KB', head(`X-A: ${'b'.repeat(8_192)}`)],
])('HT-6: what is in any way unusual is left to the HTTP server: %s', (_, text) => {
  expect(readPlainRequest(Buffer.from(text, 'latin1'))).toBeNull()
})
