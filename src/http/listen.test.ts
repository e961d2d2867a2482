import { once } from 'node:events'
import { type AddressInfo, createServer, Server } from 'node:net'
import pino from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { freePort } from '../../test/support/free-port.ts'
import { RawConnection, rawRequest } from '../../test/support/raw-connection.ts'
import { listen, serversBeside } from './listen.ts'
import { createHttpServer } from './server.ts'

const realClose = Server.prototype.close
let open = new AsyncDisposableStack()

afterEach(async () => {
  await open.disposeAsync()
  open = new AsyncDisposableStack()
})

async function serve(host = '127.0.0.1', port = 0) {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  open.defer(() => app.close())
  const released = Promise.withResolvers<void>()
  app.get('/', async () => 'here')
  app.get('/later', async () => {
    await released.promise
    return 'later'
  })
  return { app, released, url: await listen(app, serversBeside(app), { host, port, descriptors: 4_096 }) }
}

const askLast = (path: string) => rawRequest(`GET ${path}`, ['Connection: close'])

test('FS-10: many newcomers are accepted in each turn of the event loop', async () => {
  const { app, url } = await serve()
  const perTurn: number[] = []
  let thisTurn = 0
  app.server.on('connection', () => {
    if (thisTurn++ === 0)
      setImmediate(() => {
        perTurn.push(thisTurn)
        thisTurn = 0
      })
  })
  using all = new DisposableStack()
  const newcomers = Array.from({ length: 300 }, () => all.use(new RawConnection({ url }, askLast('/'))))
  await expect.poll(() => newcomers.every(({ closed }) => closed)).toBe(true)
  for (const { received } of newcomers) expect(received).toMatch(/here$/)
  expect(perTurn.reduce((sum, count) => sum + count)).toBe(300)
  expect(Math.max(...perTurn)).toBeGreaterThan(8)
})

test('FS-10: a port that another program has is refused, and one of our own is not shared', async () => {
  const other: Server = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  open.defer(() => void other.close())
  const { port } = other.address() as { port: number }
  await expect(serve('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE', port })
  const { url } = await serve()
  await expect(serve('127.0.0.1', Number(new URL(url).port))).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('FS-10: nothing listens on the port before the server, which would let a client in and drop it', async () => {
  const closedPorts: (number | undefined)[] = []
  using close = vi.spyOn(Server.prototype, 'close')
  close.mockImplementation(function (this: Server, ...parts) {
    closedPorts.push((this.address() as AddressInfo | null)?.port)
    return realClose.apply(this, parts)
  })
  const port = await freePort()
  closedPorts.length = 0
  await serve('127.0.0.1', port)
  // One was closed, to see whether ports can be shared: at another port.
  expect(closedPorts).toHaveLength(1)
  expect(closedPorts).not.toContain(port)
})

test('FS-10: a server that stops answers what it has begun, whichever socket accepted it, and frees the port', async () => {
  const { app, released, url } = await serve()
  using all = new DisposableStack()
  const clients = Array.from({ length: 40 }, () => all.use(new RawConnection({ url }, askLast('/later'))))
  let begun = 0
  app.server.on('request', () => begun++)
  await expect.poll(() => begun).toBe(40)
  let isClosed = false
  const closing = app.close().then(() => {
    isClosed = true
  })
  await expect(fetch(url)).rejects.toThrow()
  expect(isClosed).toBe(false)
  released.resolve()
  await closing
  await expect.poll(() => clients.every(({ received }) => received.endsWith('later'))).toBe(true)
  await serve('127.0.0.1', Number(new URL(url).port))
})
