import { expect, test } from 'vitest'
import { authorOf, readAll } from '../support/author.ts'
import { type ChorusServer, newLiveVideoId, startChorus } from '../support/chorus-server.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { Viewer } from '../support/viewer.ts'

const stopping = (server: ChorusServer) =>
  expect.poll(() => server.printed, { interval: 5 }).toMatch(/"stopping"/)

test('RT-9: a stop finishes the commits: what was answered is there, and what is there was answered', async () => {
  await using server = await startChorus()
  const liveVideoId = newLiveVideoId()
  const answered: string[] = []
  const posters = Array.from({ length: 16 }, async (_, index) => {
    const author = authorOf(server, { sub: `author-${index}` })
    for (let number = 0; ; number++) {
      const comment = await author.comment(liveVideoId, `${number}`).catch(() => null)
      if (!comment) return
      answered.push(comment.id)
    }
  })
  await expect.poll(() => answered.length).toBeGreaterThan(200)
  const exit = await server.stop()
  await Promise.all(posters)
  expect([exit.code, exit.stderr.includes('still not stopped')]).toEqual([0, false])

  await server.start()
  const stored = (await readAll(server, liveVideoId)).map(({ id }) => id)
  expect(stored).toEqual(expect.arrayContaining(answered))
  expect(stored.length - answered.length).toBe(0)
})

test('RT-9: a stop ends the streams, each with its own time to come back', async () => {
  await using server = await startChorus()
  const liveVideoId = newLiveVideoId()
  const last = await authorOf(server, { sub: 'ann' }).comment(liveVideoId, 'last words')
  using all = new DisposableStack()
  const viewers = Array.from({ length: 30 }, () => all.use(new Viewer(server, liveVideoId)))
  await expect.poll(() => viewers.every(({ seqs }) => seqs.length === 1)).toBe(true)
  expect((await server.stop()).code).toBe(0)
  await expect.poll(() => viewers.every(({ ended }) => ended)).toBe(true)
  for (const viewer of viewers) {
    expect(viewer.comments).toEqual([last])
    expect(viewer.asides.at(-1)).toBe('closed: server_stopping')
    expect(viewer.retries).toHaveLength(2)
  }
  const waits = viewers.map(({ retries }) => retries.at(-1) ?? 0)
  expect(new Set(waits).size).toBeGreaterThan(15)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
  expect(Math.max(...waits)).toBeLessThanOrEqual(10_000)
})

test('RT-9: Ctrl-C stops it the same way, and asking twice does no harm', async () => {
  await using server = await startChorus()
  using viewer = new Viewer(server, newLiveVideoId())
  await expect.poll(() => viewer.lastEventId).toBeDefined()
  server.signal('SIGINT')
  expect((await server.stop()).code).toBe(0)
})

test('RT-9: what still comes in while it stops is told to come back, in words of the interface', async () => {
  await using server = await startChorus()
  // Each holds back the end of its request until the server is stopping.
  const begin = (line: string) => new RawConnection(server, `${line} HTTP/1.1\r\nHost: test\r\n`)
  using ready = begin('GET /readyz')
  using post = begin('POST /v1/live-videos/lobby/comments')
  using stream = begin('GET /v1/live-videos/lobby/stream')
  await Promise.all([ready, post, stream].map((connection) => connection.connected()))
  server.signal('SIGTERM')
  await stopping(server)
  for (const connection of [ready, post, stream]) connection.write('\r\n')
  await expect.poll(() => [ready, post, stream].every(({ closed }) => closed)).toBe(true)
  for (const { received } of [ready, post])
    if (received !== '') {
      expect(received).toMatch(/^HTTP\/1.1 503 /)
      expect(received).toContain('application/problem+json')
      expect(received).toContain('"code":"stopping"')
    }
  // An EventSource gives up for good on any status but 200.
  if (stream.received !== '') {
    expect(stream.received).toMatch(/^HTTP\/1.1 200 /)
    expect(stream.received).toMatch(/\nretry: \d+\n/)
  }
})
