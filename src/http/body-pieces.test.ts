import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { RawConnection, rawRequest } from '../../test/support/raw-connection.ts'
import { createHttpServer } from './server.ts'

let open = new AsyncDisposableStack()

afterEach(async () => {
  await open.disposeAsync()
  open = new AsyncDisposableStack()
})

/** A server that answers with how long a body is, and in how many pieces it was read. */
async function serve() {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  open.defer(() => app.close())
  app.addContentTypeParser('text/plain', (_, payload, done) => {
    const pieces: Buffer[] = []
    payload.on('data', (piece) => pieces.push(piece))
    payload.on('error', done)
    payload.on('end', () => done(null, { pieces: pieces.length, bytes: Buffer.concat(pieces).length }))
  })
  app.post('/', async ({ body }) => body)
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

const post = (headers: string[]) =>
  rawRequest('POST /', ['Content-Type: text/plain', 'Connection: close', ...headers])

async function answerTo(server: { url: string }, bytes: string): Promise<unknown> {
  const connection = open.use(new RawConnection(server, bytes))
  await vi.waitUntil(() => connection.closed, { timeout: 10_000 })
  return JSON.parse(connection.received.split('\r\n\r\n')[1] ?? '')
}

test('HT-10: a body that comes byte by byte is kept in few pieces', async () => {
  const chunks = '1\r\nx\r\n'.repeat(50_000)
  const body = `${post(['Transfer-Encoding: chunked'])}${chunks}0\r\n\r\n`
  expect(await answerTo(await serve(), body)).toEqual({ pieces: 4, bytes: 50_000 })
})

test('HT-10: a request without a body, or whose body is there, costs nothing more', async () => {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  open.defer(() => app.close())
  const left: boolean[] = []
  app.addHook('preParsing', async (request, _reply, payload) => {
    left.push(payload === (request.raw as unknown))
    return payload
  })
  app.all('/', async () => 'ok')
  const server = { url: await app.listen({ port: 0, host: '127.0.0.1' }) }
  const json = ['Content-Type: application/json', 'Connection: close']
  for (const bytes of [
    rawRequest('GET /', ['Connection: close']),
    `${rawRequest('POST /', [...json, 'Content-Length: 2'])}{}`,
    `${rawRequest('POST /', [...json, 'Transfer-Encoding: chunked'])}2\r\n{}\r\n0\r\n\r\n`,
  ]) {
    const connection = open.use(new RawConnection(server, bytes))
    await vi.waitUntil(() => connection.closed, { timeout: 10_000 })
  }
  expect(left).toEqual([true, true, false])
})

test('HT-10: a body that comes at once is left as it is', async () => {
  const body = `${post(['Content-Length: 5'])}hello`
  expect(await answerTo(await serve(), body)).toEqual({ pieces: 1, bytes: 5 })
})
