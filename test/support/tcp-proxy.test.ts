import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startTcpProxy } from './tcp-proxy.ts'

/** Sends everything back, and ends when the other end does. */
async function startEcho() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.pipe(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function client(port: number) {
  const socket = connect({ host: '127.0.0.1', port })
  const seen = { socket, received: '', end: '' }
  socket.on('data', (bytes) => {
    seen.received += bytes
  })
  socket.on('end', () => {
    seen.end ||= 'ended'
  })
  socket.on('error', () => {
    seen.end = 'reset'
  })
  return seen
}

test('what is sent arrives, and so does the end', async () => {
  await using echo = await startEcho()
  await using link = await startTcpProxy(echo.port)
  const there = client(link.port)
  const text = 'x'.repeat(3_000_000)
  there.socket.end(text)
  await expect.poll(() => there.end).toBe('ended')
  expect(there.received === text).toBe(true)
  await expect.poll(() => [link.connections, echo.sockets.size]).toEqual([0, 0])
})

test('a cut resets what is open and what comes; healed, it works again', async () => {
  await using echo = await startEcho()
  await using link = await startTcpProxy(echo.port)
  const before = client(link.port)
  before.socket.write('a')
  await expect.poll(() => before.received).toBe('a')
  link.cut()
  const during = client(link.port)
  await expect.poll(() => [before.end, during.end]).toEqual(['reset', 'reset'])
  await expect.poll(() => echo.sockets.size).toBe(0)
  link.heal()
  const after = client(link.port)
  after.socket.write('b')
  await expect.poll(() => after.received).toBe('b')
  after.socket.destroy()
})

test('silenced, it accepts and holds everything back, ends included, until it is healed', async () => {
  await using echo = await startEcho()
  await using link = await startTcpProxy(echo.port)
  const before = client(link.port)
  before.socket.write('a')
  await expect.poll(() => before.received).toBe('a')
  link.silence()
  const during = client(link.port)
  await once(during.socket, 'connect')
  before.socket.write('b')
  during.socket.end('c')
  // A round through another connection of this process: what was to arrive would have.
  const other = client(echo.port)
  other.socket.end('d')
  await expect.poll(() => other.end).toBe('ended')
  expect([before.received, during.received, during.end]).toEqual(['a', '', ''])
  link.heal()
  await expect.poll(() => [before.received, during.received, during.end]).toEqual(['ab', 'c', 'ended'])
  before.socket.destroy()
})

test('delayed and slow, everything arrives in order and no sooner', async () => {
  await using echo = await startEcho()
  await using link = await startTcpProxy(echo.port)
  link.delayMs = 100
  const beganMs = performance.now()
  const there = client(link.port)
  for (const letter of 'abc') there.socket.write(letter)
  await expect.poll(() => there.received).toBe('abc')
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(199)
  link.delayMs = 0
  link.limitBytesPerSecond = 100_000
  const slowMs = performance.now()
  there.socket.end('x'.repeat(20_000))
  await expect.poll(() => there.end).toBe('ended')
  expect(performance.now() - slowMs).toBeGreaterThanOrEqual(199)
  expect(there.received).toHaveLength(20_003)
})
