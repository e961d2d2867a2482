import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { serveInTurn } from './request-gate.ts'
import { Turns } from './turns.ts'

let open = new DisposableStack()

afterEach(() => {
  open.dispose()
  open = new DisposableStack()
})

/** A server whose requests are served in turn. */
async function serve(listener: RequestListener, turns?: Turns): Promise<number> {
  const server = createServer(listener)
  Object.assign(server, { httpAllowHalfOpen: true })
  serveInTurn(server, turns)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.defer(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

/** Knows how many requests have begun and are not answered. */
class Requests {
  begun = 0
  atOnceMax = 0
  #underWay = 0

  begin(response: ServerResponse): void {
    this.begun++
    this.#underWay++
    this.atOnceMax = Math.max(this.atOnceMax, this.#underWay)
    response.on('close', () => this.#underWay--)
  }
}

function client(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  open.defer(() => socket.destroy())
  return socket.setNoDelay().on('error', () => {})
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

test('HT-10: what is asked for in one go is begun as the answers are taken, however much it is', async () => {
  const requests = new Requests()
  const answer = Buffer.alloc(1_048_576)
  const port = await serve((_, response) => {
    requests.begin(response)
    response.end(answer)
  })
  const unread = client(port).pause()
  unread.write(get('/').repeat(2_000))
  // What the kernels of both sides hold for it, in packets that come in their own time.
  let before = -1
  await vi.waitUntil(
    () => {
      const rests = before === requests.begun
      before = requests.begun
      return rests && before > 0
    },
    { interval: 300, timeout: 10_000 },
  )
  expect(requests.atOnceMax).toBe(1)
  expect(requests.begun).toBeLessThan(40)
  unread.resume()
  await vi.waitUntil(() => requests.begun > before + 20, { timeout: 10_000 })
  expect(requests.atOnceMax).toBe(1)
})

test.each([
  ['without a body', get('/flood')],
  ['with a body', 'POST /flood HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
])('FS-6: between two requests %s of one connection everybody else has a turn', async (_, request) => {
  const served: string[] = []
  // Read as it flows, as the server's own routes do.
  const port = await serve((incoming, response) => {
    incoming.resume().on('end', () => {
      served.push(incoming.url ?? '')
      response.end('ok')
    })
  })
  const flooding = Array.from({ length: 4 }, () => client(port))
  for (const each of flooding) each.resume().write(request.repeat(500))
  await vi.waitUntil(() => served.length > 0, { interval: 1 })
  for (let count = 0; count < 5; count++) {
    const before = served.length
    const other = client(port)
    other.write(get('/other'))
    await once(other, 'data')
    // Connecting and being answered takes some turns, each with one request of each of the others.
    expect(served.indexOf('/other', before) - before).toBeLessThan(100)
  }
  await vi.waitUntil(() => served.length === 2_005)
})

/** A request, and how its answer is made: at once, later, or before its body was read. */
interface Exchange {
  body: string
  chunked: boolean
  answered: 'at once' | 'later' | 'unread'
}

const exchange = fc.record({
  // A body may look like a request itself.
  body: fc.constantFrom('', 'x', '\r\n\r\n', get('/in-a-body'), 'y'.repeat(3_000)),
  chunked: fc.boolean(),
  answered: fc.constantFrom<Exchange['answered']>('at once', 'later', 'unread'),
})

function written({ body, chunked, answered }: Exchange, index: number): string {
  const head = `${body === '' ? 'GET' : 'POST'} /${index}/${answered.replace(' ', '-')} HTTP/1.1\r\nHost: a\r\n`
  if (body === '') return `${head}\r\n`
  if (!chunked) return `${head}Content-Length: ${body.length}\r\n\r\n${body}`
  return `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
}

test('HT-10: each is answered in its turn, wherever the bytes are cut and whatever the bodies hold', async () => {
  let requests = new Requests()
  const port = await serve(async (request, response) => {
    requests.begin(response)
    const [, index, answered] = request.url?.split('/') ?? []
    if (answered === 'later') await new Promise(setImmediate)
    const body = answered === 'unread' ? '' : await text(request)
    response.end(`[${index} ${body.length}]`)
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 6 }),
      fc.boolean(),
      async (exchanges, cuts, leavesLast) => {
        requests = new Requests()
        const last = get('/last/at-once')
        const bytes =
          exchanges.map(written).join('') +
          (leavesLast ? last : last.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
        const socket = client(port)
        const received = text(socket)
        let at = 0
        for (const cut of cuts) {
          socket.write(bytes.slice(at, at + cut))
          at += cut
          await new Promise(setImmediate)
        }
        // It says that it is through by ending its side, or by a header.
        if (leavesLast) socket.end(bytes.slice(at))
        else socket.write(bytes.slice(at))
        const expected = exchanges.map(
          ({ body, answered }, index) => `[${index} ${answered === 'unread' ? 0 : body.length}]`,
        )
        expect((await received).match(/\[\w+ \d+\]/g)).toEqual([...expected, '[last 0]'])
        // Of two, one is only beginning: the packet that ended a body may hold the head behind it.
        expect(requests.atOnceMax).toBeLessThanOrEqual(2)
        expect(requests.begun).toBe(exchanges.length + 1)
      },
    ),
    { numRuns: 150 },
  )
})

test('HT-10: a client that leaves while its requests wait leaves nothing behind', async () => {
  const requests = new Requests()
  const answers: ServerResponse[] = []
  const port = await serve((_, response) => {
    requests.begin(response)
    answers.push(response)
  })
  const socket = client(port)
  socket.write(get('/').repeat(100))
  await vi.waitUntil(() => answers.length === 1)
  socket.resetAndDestroy()
  await vi.waitUntil(() => answers[0]?.closed)
  expect(requests.begun).toBe(1)
})

test('FS-9: a late request of an open connection is answered without being parsed, and the next is served', async () => {
  const patience = { waitMsMax: Number.POSITIVE_INFINITY, aheadMin: 0 }
  const turns = new Turns({
    answerLate: (bytes) =>
      String(bytes).startsWith('GET') ? { bytes: Buffer.from('late '), isLast: false } : null,
    options: { sliceMs: 1, patience: { streams: patience, requests: patience } },
  })
  const requests = new Requests()
  const port = await serve(async (request, response) => {
    requests.begin(response)
    response.end(`[${request.url} ${await text(request)}]`)
  }, turns)
  const socket = client(port)
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes
  })
  const bodies = () => received.match(/late |\[.*?\]/g)
  socket.write(get('/first'))
  await expect.poll(bodies).toEqual(['[/first ]'])
  patience.waitMsMax = -1
  socket.write(get('/second'))
  await expect.poll(bodies).toEqual(['[/first ]', 'late '])
  // For what has no answer it is served all the same.
  socket.write('POST /third HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello')
  await expect.poll(bodies).toEqual(['[/first ]', 'late ', '[/third hello]'])
  patience.waitMsMax = Number.POSITIVE_INFINITY
  socket.end(get('/last'))
  await once(socket, 'close')
  expect(bodies()).toEqual(['[/first ]', 'late ', '[/third hello]', '[/last ]'])
  expect(requests.begun).toBe(3)
})

test('FS-6: the rest of a body, that is still coming when the answer has been sent, waits for no turn', async () => {
  const port = await serve((request, response) => {
    if (request.method === 'POST') response.writeHead(413).end('too large')
    else response.end('[next]')
  })
  const socket = client(port)
  const received = text(socket)
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(100_000)}`)
  socket.write('x'.repeat(100_000))
  socket.end(get('/next'))
  expect(await received).toMatch(/too large.*\[next\]/s)
})

/** Everything is late, and all that looks like a request is refused. */
function refusing() {
  const always = { waitMsMax: -1, aheadMin: 0 }
  return new Turns({
    answerLate: (bytes) =>
      /^(GET|POST) .*\r\n\r\n/s.test(String(bytes)) ? { bytes: Buffer.from('late '), isLast: false } : null,
    options: { sliceMs: 1, patience: { streams: always, requests: always } },
  })
}

const looksLikeOne = 'GET /inner HTTP/1.1\r\nHost: a\r\n\r\n'

test.each([
  ['the rest of a head', ['GET /outer HTTP/1.1\r\nHost: a\r\nX: ', looksLikeOne]],
  [
    'a body',
    [`POST /outer HTTP/1.1\r\nHost: a\r\nContent-Length: ${looksLikeOne.length}\r\n`, '\r\n', looksLikeOne],
  ],
  [
    'a chunk',
    [
      'POST /outer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n',
      `\r\n${looksLikeOne.length.toString(16)}\r\n`,
      looksLikeOne,
      '\r\n0\r\n\r\n',
    ],
  ],
  [
    'the rest of a head behind a body',
    [
      'POST /outer HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n',
      '\r\nokGET /x HTTP/1.1\r\nX: ',
      looksLikeOne,
    ],
  ],
])('FS-9: %s that looks like a request is never taken for one', async (_, pieces) => {
  const served: string[] = []
  const port = await serve(async (request, response) => {
    await text(request)
    served.push(request.url ?? '')
    response.end('[ok]')
  }, refusing())
  const socket = client(port)
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes
  })
  let sent = 0
  for (const piece of pieces) {
    socket.write(piece)
    sent += piece.length
    await vi.waitUntil(() => socket.bytesWritten === sent)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  }
  await expect.poll(() => served).toEqual(pieces.join('').includes('GET /x') ? ['/outer', '/x'] : ['/outer'])
  expect(received).not.toContain('late')
})

test('FS-9: behind a body of known length the parser is known to stand between two requests', async () => {
  const patience = { waitMsMax: Number.POSITIVE_INFINITY, aheadMin: 0 }
  const turns = new Turns({
    answerLate: () => ({ bytes: Buffer.from('late '), isLast: false }),
    options: { sliceMs: 1, patience: { streams: patience, requests: patience } },
  })
  const port = await serve(async (request, response) => {
    response.end(`[${await text(request)}]`)
  }, turns)
  const socket = client(port)
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes
  })
  const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'
  socket.write(post)
  await expect.poll(() => received).toMatch(/\[hello\]$/)
  patience.waitMsMax = -1
  for (let count = 1; count <= 3; count++) {
    socket.write(post)
    await expect.poll(() => received.match(/late /g)?.length).toBe(count)
  }
})
