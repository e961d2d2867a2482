import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { parseTarget } from '../wire/target.ts'
import { Poster } from './poster.ts'

let server: Server | undefined
let connections = 0
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

async function startPoster(answer: RequestListener, options = { connectionsMax: 3, timeoutMs: 10_000 }) {
  connections = 0
  server = createServer(answer).on('connection', () => connections++)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return new Poster(parseTarget(`http://127.0.0.1:${port}/base/`), options)
}

const postMany = (poster: Poster, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) => poster.post('/path', 'X-A: b\r\n', `body ${index}`)),
  )

test('many posts share a few connections, and each gets its own reply', async () => {
  const poster = await startPoster(async (request, response) => {
    response.writeHead(201).end(`${request.url} ${request.headers['x-a']} ${await text(request)}`)
  })
  const replies = await postMany(poster, 50)
  expect(replies).toEqual(replies.map((_, index) => ({ status: 201, body: `/base/path b body ${index}` })))
  expect(connections).toBe(3)
  poster.close()
})

test('a connection that the server closes after its reply is replaced for those who wait', async () => {
  const poster = await startPoster(
    (_, response) => void response.writeHead(200, { connection: 'close' }).end('x'),
  )
  const replies = await postMany(poster, 20)
  expect(replies.every(({ status, body }) => status === 200 && body === 'x')).toBe(true)
  expect(connections).toBe(20)
})

test('a post on a connection that the server had closed is posted again, on a fresh one', async () => {
  const used = new WeakSet<object>()
  const poster = await startPoster(({ socket }, response) => {
    if (used.has(socket)) return void socket.destroy()
    used.add(socket)
    response.end()
  })
  await Promise.all([1, 2, 3].map(() => poster.post('/path', '', '')))
  expect((await poster.post('/path', '', '')).status).toBe(200)
  poster.close()
})

test('without a reply in time the post fails, and the next one goes on a fresh connection', async () => {
  let silent = true
  const answer: RequestListener = (_, response) => void (silent || response.end())
  const poster = await startPoster(answer, { connectionsMax: 1, timeoutMs: 50 })
  await expect(poster.post('/path', '', '')).rejects.toThrow('timeout')
  silent = false
  expect((await poster.post('/path', '', '')).status).toBe(200)
  poster.close()
})

test('a reply that is cut off fails, and is not posted again', async () => {
  let requests = 0
  const poster = await startPoster((request, response) => {
    if (++requests === 1) return void response.end()
    response.writeHead(201, { 'content-length': 10 }).write('half')
    setImmediate(() => request.socket.destroy())
  })
  await poster.post('/path', '', '')
  await expect(poster.post('/path', '', '')).rejects.toThrow()
  expect(requests).toBe(2)
})
