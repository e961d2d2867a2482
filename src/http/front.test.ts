import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test, vi } from 'vitest'
import { RawConnection } from '../../test/support/raw-connection.ts'
import { putInFront, type TakeConnection } from './front.ts'
import { Turns } from './turns.ts'

let open = new DisposableStack()

afterEach(() => {
  vi.useRealTimers()
  open.dispose()
  open = new DisposableStack()
})

/** A server that says what it was asked for; with `take`, something stands before it. */
async function serve(take?: TakeConnection, turns?: Turns) {
  const server: Server = createServer(async (request, response) => {
    const body = await text(request)
    response.sendDate = false
    response.end(`[${request.method} ${request.url} ${request.headers.host} "${body}"]`)
  })
  const served: Socket[] = []
  const sockets: Socket[] = []
  server.on('connection', (socket) => served.push(socket))
  const close = take ? putInFront(server, take, turns) : () => {}
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.defer(() => {
    close()
    server.close()
    server.closeAllConnections()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, served, sockets, close }
}

const taken: TakeConnection = (socket) => {
  socket.end('taken')
  return true
}
const notTaken: TakeConnection = () => false
/** Takes it, and gives it back when the promise says so. */
const declinedAfter =
  (moment: () => Promise<unknown>): TakeConnection =>
  (socket, _request, decline) => {
    socket.pause()
    void moment().then(decline)
    return true
  }

/** What the server answers to pieces that reach it one by one. */
async function exchange(server: Awaited<ReturnType<typeof serve>>, pieces: string[]): Promise<string> {
  const known = server.sockets.length
  using connection = new RawConnection(server)
  let sent = 0
  for (const piece of pieces) {
    connection.write(piece)
    sent += piece.length
    await vi.waitUntil(() => (server.sockets[known]?.bytesRead ?? 0) >= sent, { interval: 1 })
  }
  await vi.waitUntil(() => connection.closed, { interval: 1 })
  return connection.received
}

const plain = 'GET /plain HTTP/1.1\r\nHost: a\r\n\r\n'
const last = 'GET /last HTTP/1.1\r\nHost: z\r\nConnection: close\r\n\r\n'
const post = 'POST /post HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello'
const chunked =
  'POST /chunked HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'

const conversations: [string, string[]][] = [
  ['one request', [last]],
  ['a second one on the same connection', [plain, last]],
  ['a body', [post, last]],
  ['a body in chunks, after a plain request', [plain, chunked, last]],
  ['requests that do not wait for the answer', [plain + plain + last]],
  ['a body right behind a plain request', [plain + post, last]],
  ['garbage', ['hello?\r\n\r\n']],
  ['garbage after a plain request', [plain, 'hello?\r\n\r\n']],
]

for (const [name, pieces] of conversations)
  test(`HT-7: whoever is not taken is served as if nobody had looked: ${name}`, async () => {
    const expected = await exchange(await serve(), pieces)
    expect(expected).toMatch(/^HTTP\/1\.1 /)
    expect(await exchange(await serve(notTaken), pieces)).toBe(expected)
    const later = () => new Promise((resolve) => setImmediate(resolve))
    expect(await exchange(await serve(declinedAfter(later)), pieces)).toBe(expected)
  })

test('HT-7: so is one whose bytes are cut anywhere', async () => {
  const all = plain + post + last
  const bare = await exchange(await serve(), [all])
  const server = await serve(notTaken)
  const cuts = Array.from({ length: all.length - 1 }, (_, index) => index + 1)
  for (const cut of cuts) expect(await exchange(server, [all.slice(0, cut), all.slice(cut)])).toBe(bare)
})

test('HT-7: what a client sends while it is decided who has it is not lost', async () => {
  const decided = Promise.withResolvers<void>()
  const server = await serve(declinedAfter(() => decided.promise))
  using connection = new RawConnection(server, plain)
  await expect.poll(() => server.sockets[0]?.bytesRead).toBe(plain.length)
  connection.write(post)
  connection.write(last)
  expect(server.served).toHaveLength(0)
  decided.resolve()
  await expect.poll(() => connection.closed).toBe(true)
  expect(connection.received.match(/\[.*?\]/g)).toEqual([
    '[GET /plain a ""]',
    '[POST /post b "hello"]',
    '[GET /last z ""]',
  ])
})

test('HT-7: a connection that is taken never becomes the server’s, and what was read is told', async () => {
  const requests: string[] = []
  const server = await serve((socket, { path, query, bytes }, decline) => {
    requests.push(`${path} ${query} ${bytes.length}`)
    return taken(socket, { path, query, bytes, headers: {} }, decline)
  })
  const request = 'GET /a?b=c HTTP/1.1\r\nHost: test\r\n\r\n'
  expect(await exchange(server, [request])).toBe('taken')
  expect(requests).toEqual([`/a b=c ${request.length}`])
  expect(server.served).toHaveLength(0)
})

test('HT-7: only the first request of a connection is looked at, and only a plain one', async () => {
  let looks = 0
  const server = await serve((...parts) => {
    looks++
    return notTaken(...parts)
  })
  await exchange(server, [plain, plain, last])
  expect(looks).toBe(1)
  await exchange(server, [post, last])
  expect(looks).toBe(1)
})

test('HT-7: a client that says nothing is the server’s to turn away after a while', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const server = await serve(taken)
  using connection = new RawConnection(server)
  await vi.waitUntil(() => server.sockets.length === 1, { interval: 1 })
  vi.advanceTimersByTime(2_000)
  expect(server.served).toHaveLength(0)
  vi.advanceTimersByTime(2_000)
  expect(server.served).toEqual(server.sockets)
  // The server's by now: nobody looks at what it says.
  connection.write(last)
  await vi.waitUntil(() => connection.closed, { interval: 1 })
  expect(connection.received).toContain('[GET /last z ""]')
})

test('HT-7: closing ends those who have said nothing, and nobody else', async () => {
  const server = await serve(notTaken)
  using silent = new RawConnection(server)
  using speaking = new RawConnection(server, plain)
  await expect.poll(() => speaking.received).toContain('[GET /plain a ""]')
  await expect.poll(() => server.sockets.length).toBe(2)
  server.close()
  await expect.poll(() => silent.closed).toBe(true)
  expect(silent.received).toBe('')
  speaking.write(last)
  await expect.poll(() => speaking.received).toContain('[GET /last z ""]')
})

test('HT-7: whoever leaves without a word leaves nothing behind', async () => {
  const server = await serve(taken)
  using leaving = new RawConnection(server)
  using resetting = new RawConnection(server)
  await expect.poll(() => server.sockets.length).toBe(2)
  leaving[Symbol.dispose]()
  resetting.reset()
  await expect.poll(() => server.sockets.every(({ destroyed }) => destroyed)).toBe(true)
  expect(server.served).toHaveLength(0)
})

const always = { waitMsMax: -1, aheadMin: 0 }

/** Whatever comes is late, as long as it is so. */
function lateTurns(answer = 'come back') {
  const patience = { streams: always, requests: { ...always } }
  const answerLate = () => ({ bytes: Buffer.from(answer), isLast: answer === 'farewell' })
  const turns = new Turns({ answerLate, options: { sliceMs: 1, patience } })
  const isOver = () => {
    patience.requests.waitMsMax = Number.POSITIVE_INFINITY
  }
  return { turns, isOver }
}

test('FS-9: a newcomer that is late is told so by its connection, which the server has not seen, and may ask again', async () => {
  const { turns, isOver } = lateTurns()
  const server = await serve(notTaken, turns)
  using connection = new RawConnection(server, post)
  await expect.poll(() => connection.received).toBe('come back')
  connection.write(post)
  await expect.poll(() => connection.received).toBe('come backcome back')
  expect(server.served).toHaveLength(0)
  isOver()
  connection.write(post + last)
  await expect.poll(() => connection.closed).toBe(true)
  expect(connection.received.match(/\[.*?\]/g)).toEqual(['[POST /post b "hello"]', '[GET /last z ""]'])
})

test('FS-9: a stream that is late ends with what it is told', async () => {
  const server = await serve(taken, lateTurns('farewell').turns)
  using connection = new RawConnection(server, 'GET /v1/live-videos/a/stream HTTP/1.1\r\nHost: a\r\n\r\n')
  await expect.poll(() => connection.closed).toBe(true)
  expect(connection.received).toBe('farewell')
})

test('FS-9: a newcomer that leaves before its turn is forgotten', async () => {
  const looks: string[] = []
  const server = await serve((_socket, { path }) => {
    looks.push(path)
    return false
  })
  const left = await new RawConnection(server, plain).connected()
  await vi.waitUntil(() => server.sockets.length === 1, { interval: 1 })
  left.reset()
  using other = new RawConnection(server, last)
  await expect.poll(() => other.closed).toBe(true)
  await expect.poll(() => server.sockets[0]?.destroyed).toBe(true)
  expect(other.received).toContain('[GET /last z ""]')
})
