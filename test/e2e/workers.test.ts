import { expect, test } from 'vitest'
import { Audience } from '../support/audience.ts'
import { type ChorusServer, startChorusWith } from '../support/chorus-server.ts'
import { nodesOf, readDispatch } from '../support/cluster.ts'
import { readMetric } from '../support/metrics.ts'

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
