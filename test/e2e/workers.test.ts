import { get } from 'node:http'
import { expect, test } from 'vitest'
import { Audience } from '../support/audience.ts'
import { type ChorusServer, startChorusWith } from '../support/chorus-server.ts'
import { nodesOf, readDispatch } from '../support/cluster.ts'
import { readMetric } from '../support/metrics.ts'
import { Viewer } from '../support/viewer.ts'

const liveVideoIds = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** As the worker's own log line says. */
function pidOf(server: ChorusServer, url: string): number {
  const lines = server.printed.split('\n').filter((line) => line.includes('"msg":"started"'))
  const started = lines.map((line) => JSON.parse(line)).find((line) => line.url === url)
  if (!started) throw new Error(`no worker has started at ${url}`)
  return started.pid
}

test('CL-4: workers are realtime nodes on one machine, on the embedded store', async () => {
  await using server = await startChorusWith({ CHORUS_WORKERS: '2' })
  await expect.poll(() => nodesOf(server)).toBe(2)
  using audience = new Audience(server, { liveVideoIds })
  await audience.start()
  const { nodes } = await readDispatch(server)
  const viewers = await Promise.all(
    nodes.filter(({ slots }) => slots > 0).map((node) => readMetric(node, 'chorus_viewers')),
  )
  expect(viewers.reduce((sum, count) => sum + count, 0)).toBe(20 * liveVideoIds.length)
  expect(Math.min(...viewers)).toBeGreaterThan(0)
  await audience.expectWhole()
  expect((await server.stop()).code).toBe(0)
})

test('CL-4: once the server says that it listens it is ready, every worker has live videos, and streams are served', async () => {
  await using server = await startChorusWith({ CHORUS_WORKERS: '2' })
  const [ready, nodes] = await Promise.all([fetch(`${server.url}/readyz`), nodesOf(server)])
  expect([ready.status, nodes]).toEqual([200, 2])
  using open = new DisposableStack()
  const viewers = liveVideoIds.map((id) => open.use(new Viewer(server, id)))
  await expect.poll(() => viewers.every(({ text }) => text.includes('\n\n'))).toBe(true)
  expect(viewers.filter(({ text }) => text.includes('closed'))).toEqual([])
})

test('CL-5: a worker that dies is started again, and its viewers lack nothing', async () => {
  await using server = await startChorusWith({ CHORUS_WORKERS: '2' })
  await expect.poll(() => nodesOf(server)).toBe(2)
  using audience = new Audience(server, { liveVideoIds })
  await audience.start()
  const workers = (await readDispatch(server)).assigned
  const [victim = ''] = workers
  process.kill(pidOf(server, victim), 'SIGKILL')
  await expect.poll(async () => (await readDispatch(server)).assigned).not.toContain(victim)
  await audience.goesOn()
  await expect.poll(() => nodesOf(server)).toBe(2)
  await audience.goesOn()
  await audience.expectWhole()
})

/** What a stream says first, asked for from one of the loopback's many addresses in a way that its worker is not given. */
function watchFrom(server: ChorusServer, localAddress: string) {
  // A header that is there twice is not plain: the gateway sends the request on.
  const headers = { 'x-twice': ['1', '2'] }
  const viewer = { text: '', leave: () => request.destroy() }
  const request = get(`${server.url}/v1/live-videos/a/stream`, { agent: false, localAddress, headers })
  request
    .on('error', () => {})
    .on('response', (response) => {
      response
        .setEncoding('utf8')
        .on('error', () => {})
        .on('data', (text) => {
          viewer.text += text
        })
    })
  return viewer
}

test('FS-1: streams that the gateway sends on to a worker are counted to their clients', async () => {
  await using server = await startChorusWith({ CHORUS_WORKERS: '2', CHORUS_STREAM_LIMIT: '1' })
  await expect.poll(() => nodesOf(server)).toBe(2)
  const viewers = ['127.0.0.2', '127.0.0.3', '127.0.0.4'].map((address) => watchFrom(server, address))
  await expect.poll(() => viewers.every(({ text }) => text.includes('id: -:0'))).toBe(true)
  const second = watchFrom(server, '127.0.0.2')
  await expect.poll(() => second.text).toContain('closed: too_many_streams')
  for (const { leave } of [...viewers, second]) leave()
})
