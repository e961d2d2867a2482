import { Readable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { RawConnection, rawRequest } from '../../test/support/raw-connection.ts'
import { startGateway } from '../gateway/testing/gateway-server.ts'
import { openStream, startNode } from '../gateway/testing/node-server.ts'
import { servePrepared } from './prepared.ts'
import { createHttpServer, type HttpServer } from './server.ts'
import type { UnreadAnswersOptions } from './unread-answers.ts'

/** More than the kernels of both sides take for a client that does not read. */
const bulk = 'x'.repeat(16_777_216)
const quick = { stallMs: 600, bytesMax: Number.POSITIVE_INFINITY }
const patient = { timeout: 10_000 }
let open = new AsyncDisposableStack()

afterEach(async () => {
  await open.disposeAsync()
  open = new AsyncDisposableStack()
})

async function serve(unread: UnreadAnswersOptions, routes: (app: HttpServer) => void) {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false, '*', { unread })
  open.defer(() => app.close())
  routes(app)
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

/** A client that asks, and takes nothing of what it is answered. */
async function neverReads(server: { url: string }, path: string): Promise<RawConnection> {
  const connection = open.use(new RawConnection(server, rawRequest(`GET ${path}`)))
  connection.pause()
  return connection
}

/** What is written for a client without being taken, over and over. */
function* pieces(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536)
}

/** Counts the connections that the server has closed, which a client that does not read is not told. */
function closings(app: HttpServer): { count: number } {
  const closed = { count: 0 }
  app.server.on('connection', (socket) => socket.on('close', () => closed.count++))
  return closed
}

test.each<[string, (app: HttpServer) => void]>([
  ['an answer as a whole', (app) => app.get('/', async () => bulk)],
  ['an answer in pieces', (app) => app.get('/', async (_, reply) => reply.send(Readable.from(pieces())))],
  ['a prepared answer', (app) => servePrepared(app, '/', { body: Buffer.from(bulk), headers: {} })],
  [
    'an answer outside of the framework',
    (app) =>
      app.get('/', async (_, reply) => {
        reply.hijack()
        reply.raw.end(bulk)
      }),
  ],
])('HT-11: a client that takes nothing for a while is cut off: %s', async (_, route) => {
  let closed = { count: 0 }
  const server = await serve(quick, (app) => {
    closed = closings(app)
    route(app)
  })
  await neverReads(server, '/')
  await vi.waitUntil(() => closed.count === 1, patient)
})

test('HT-11: a client that reads slowly is left alone', async () => {
  const sent = { bytes: 0 }
  const server = await serve(quick, (app) =>
    app.get('/', async (_, reply) => {
      const counted = Readable.from(pieces()).on('data', (piece) => {
        sent.bytes += piece.length
      })
      return reply.send(counted)
    }),
  )
  const connection = await neverReads(server, '/')
  const reading = setInterval(() => {
    connection.resume()
    setImmediate(() => connection.pause())
  }, 50)
  const began = performance.now()
  await vi.waitUntil(() => performance.now() - began > 4 * quick.stallMs, patient)
  clearInterval(reading)
  expect(connection.closed).toBe(false)
})

test('HT-11: a gateway’s viewer that takes nothing is cut off, and its node is let go', async () => {
  await using node = await startNode((_, response) => {
    openStream(response)
    Readable.from(pieces()).pipe(response)
  })
  await using gateway = await startGateway({ owner: () => node.url, unread: quick })
  await neverReads(gateway, '/v1/live-videos/a/stream')
  await vi.waitUntil(() => node.requests.length === 1, patient)
  await vi.waitUntil(() => node.open.size === 0 && gateway.streams() === 0, patient)
})

test('HT-11: clients of a gateway that take nothing hold no connection to a node', async () => {
  const node = open.use(await startNode((_, response) => response.end(bulk)))
  const unread = { stallMs: 60_000, bytesMax: Number.POSITIVE_INFINITY }
  const gateway = open.use(await startGateway({ nodes: { comments: [node.url] }, unread }))
  for (let count = 0; count < 3; count++) await neverReads(gateway, '/v1/live-videos/a/comments')
  await vi.waitUntil(() => node.requests.length === 3 && node.open.size === 0, patient)
})

test('HT-11: of all unread answers so many bytes are kept, and the longest unread are cut off first', async () => {
  const [begun, closed]: [string[], string[]] = [[], []]
  const server = await serve({ stallMs: 60_000, bytesMax: 3.5 * bulk.length }, (app) => {
    app.addHook('onRequest', async ({ url, raw }) => {
      begun.push(url)
      raw.socket.on('close', () => closed.push(url))
    })
    app.get('/:name', async () => bulk)
    servePrepared(app, '/prepared', { body: Buffer.from(bulk), headers: {} })
  })
  const asked = ['/a', '/prepared', '/b', '/prepared', '/c', '/d', '/e']
  for (const [index, path] of asked.entries()) {
    await neverReads(server, path)
    await vi.waitUntil(() => begun.length === index + 1, patient)
  }
  await vi.waitUntil(() => closed.length === 2, patient)
  expect(closed).toEqual(['/a', '/b'])
  const reader = open.use(new RawConnection(server, rawRequest('GET /f', ['Connection: close'])))
  await vi.waitUntil(() => reader.closed, patient)
  expect(reader.received.length).toBeGreaterThan(bulk.length)
})

test('HT-12: what is the same for everybody is sent from bytes made once, with a tag', async () => {
  const server = await serve(quick, (app) =>
    servePrepared(app, '/', { body: Buffer.from('hello'), headers: { 'content-type': 'text/plain' } }),
  )
  const first = await fetch(server.url)
  const etag = first.headers.get('etag') ?? ''
  expect([first.status, await first.text(), first.headers.get('content-type')]).toEqual([
    200,
    'hello',
    'text/plain',
  ])
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await fetch(server.url, { headers: { 'if-none-match': known } })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
  }
  const other = await fetch(server.url, { headers: { 'if-none-match': '"other"' } })
  expect([other.status, await other.text()]).toEqual([200, 'hello'])
})
