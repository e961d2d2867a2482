import { expect, test } from 'vitest'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { slotOf } from '../../src/placement/slots.ts'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { Viewer } from '../support/viewer.ts'

const server = sharedChorus()

test('HT-3: /healthz and /readyz say so', async () => {
  const [health, ready] = [await send(server, 'GET', '/healthz'), await send(server, 'GET', '/readyz')]
  expect([health.status, health.json()]).toEqual([200, { status: 'ok' }])
  expect([ready.status, ready.json()]).toEqual([200, { status: 'ready', checks: ['running', 'store'] }])
})

test('HT-3: /metrics is Prometheus text with everything that is counted', async () => {
  const reply = await send(server, 'GET', '/metrics')
  expect([reply.status, reply.headers['content-type']]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  const typesIn = (text: string) => text.match(/^# TYPE chorus_\S+ \w+$/gm)?.sort() ?? []
  const expected = typesIn(await createMetrics().text())
  expect(expected.length).toBeGreaterThan(8)
  expect(typesIn(reply.text)).toEqual(expected)
})

test('HT-3: the figures are those of what happened', async () => {
  const liveVideoId = newLiveVideoId()
  const ann = authorOf(server, { sub: 'ann' })
  const names = ['created', 'repeated', 'invalid_text'].map(
    (result) => `chorus_comments_total{result="${result}"}`,
  )
  const read = () =>
    Promise.all(
      [...names, 'chorus_viewers', 'chorus_deliveries_total'].map((name) => readMetric(server, name)),
    )
  const before = await read()
  using one = new Viewer(server, liveVideoId)
  using two = new Viewer(server, liveVideoId)
  await expect.poll(() => [one.lastEventId, two.lastEventId]).toEqual(['-:0', '-:0'])
  for (const [key, text] of Object.entries({ a: 'one', b: 'two', c: ' ' }))
    await ann.post(liveVideoId, text, { key })
  await ann.post(liveVideoId, 'one', { key: 'a' })
  await expect
    .poll(() => [one.seqs, two.seqs])
    .toEqual([
      [1, 2],
      [1, 2],
    ])
  const after = await read()
  expect(after.map((figure, index) => figure - (before[index] ?? 0))).toEqual([2, 1, 1, 2, 4])
})

test('HT-3: /v1/dispatch names the node that serves a live video', async () => {
  const liveVideoId = newLiveVideoId()
  const placement = await send(server, 'GET', `/v1/dispatch/${liveVideoId}`)
  expect(placement.json()).toEqual({
    liveVideoId,
    slot: slotOf(liveVideoId),
    nodes: [server.url],
    streamUrl: null,
  })
})
