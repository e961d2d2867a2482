import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { NetViewerSocket } from './net-viewer-socket.ts'

/** Both ends of a connection. */
async function connected(): Promise<{ near: Socket; far: Socket } & Disposable> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
  const [near] = (await once(server, 'connection')) as [Socket]
  server.close()
  return {
    near,
    far,
    [Symbol.dispose]() {
      near.destroy()
      far.destroy()
    },
  }
}

test('RT-5: a viewer that never reads the end of its stream is cut off', async () => {
  using pair = await connected()
  pair.far.pause()
  const viewer = new NetViewerSocket(pair.near, 300)
  // More than the kernels take.
  viewer.write(Buffer.alloc(33_554_432))
  viewer.end(Buffer.from('the last words'))
  await vi.waitUntil(() => pair.near.closed, { timeout: 10_000 })
})

test('RT-5: a viewer that reads slowly gets the end of its stream', async () => {
  using pair = await connected()
  const viewer = new NetViewerSocket(pair.near, 600)
  let received = 0
  pair.far.on('data', ({ length }) => {
    received += length
    pair.far.pause()
    setTimeout(() => pair.far.resume(), 2)
  })
  viewer.write(Buffer.alloc(33_554_432))
  viewer.end(Buffer.alloc(0))
  await vi.waitUntil(() => pair.far.readableEnded, { timeout: 20_000 })
  expect(received).toBe(33_554_432)
})
