import { pino } from 'pino'
import { expect, test } from 'vitest'
import { expectProblem } from '../../test/support/expect-problem.ts'
import { send } from '../../test/support/http-client.ts'
import { clusterAuthorization } from '../auth/cluster-key.ts'
import { authorization, commentsEnd, realtimeEnd } from '../bus/dispatched/testing/ends.ts'
import { encodeEventBatch } from '../bus/event-batch.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { createHttpServer } from '../http/server.ts'
import { eventIntake } from './event-intake.ts'

const pinned: LiveVideoEvent = {
  liveVideoId: 'a',
  epoch: 'e0e0',
  seq: 1,
  at: 1_000,
  type: 'comment.pinned',
  commentId: null,
}
const path = '/v1/internal/events'
const contentType = 'application/vnd.chorus.events+json'
const headers = { authorization, 'content-type': contentType }
const body = encodeEventBatch([pinned])

test('BU-34: events are taken from nodes that know the secret, and from nobody else', async () => {
  await using there = await realtimeEnd()
  await there.bus.subscribe('a')
  const strangers = ['', 'Bearer x', 'Chorus x', clusterAuthorization('another secret')]
  for (const authorization of strangers)
    expectProblem(
      await send(there, 'POST', path, { headers: { ...headers, authorization }, body }),
      'unauthenticated',
    )
  expect(there.received).toEqual([])
  expect((await send(there, 'POST', path, { headers, body })).status).toBe(204)
  expect(there.received).toEqual([pinned])
})

test('BU-34: another secret at the node is one clear line where the events come from', async () => {
  await using there = await realtimeEnd(0, clusterAuthorization('another secret'))
  await using here = commentsEnd(() => [there.url])
  for (let seq = 1; seq <= 3; seq++) here.bus.publish([{ ...pinned, seq }])
  await expect.poll(() => here.counts.droppedEvents).toBe(3)
  expect(here.reports).toEqual([
    expect.stringMatching(`events do not reach ${there.url}, .*CHORUS_CLUSTER_SECRET`),
  ])
})

test('BU-34: what is no batch of events is refused', async () => {
  await using there = await realtimeEnd()
  await there.bus.subscribe('a')
  const post = (body: unknown, more = {}) =>
    send(there, 'POST', path, { headers: { ...headers, ...more }, body })
  expectProblem(await post('[]'), 'invalid_request')
  expectProblem(await post(Buffer.alloc(0)), 'invalid_request')
  expectProblem(await post(Buffer.from([0xff, 0xfe])), 'invalid_request')
  expectProblem(await post('{"version":2,"events":[]}'), 'invalid_request')
  expectProblem(await post(body, { 'content-type': 'application/json' }), 'unsupported_media_type')
  expectProblem(await post(Buffer.alloc(9_000_000)), 'body_too_large')
  expect(there.received).toEqual([])
})

test('BU-34: of a batch, what can be read is taken', async () => {
  await using there = await realtimeEnd()
  await there.bus.subscribe('a')
  const events = [{ ...pinned, seq: -1 }, pinned]
  const reply = await send(there, 'POST', path, { headers, body: JSON.stringify({ version: 1, events }) })
  expectProblem(reply, 'invalid_request')
  expect(there.received).toEqual([pinned])
})

test('BU-34: no other address takes batches of events', async () => {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  const accept = () => {}
  await eventIntake(app, { path, contentType, bodyBytesMax: 1_000_000, accept }, authorization)
  app.post('/other', async () => 'taken')
  const post = (url: string) => app.inject({ method: 'POST', url, headers, body })
  expect((await post(path)).statusCode).toBe(204)
  expect((await post('/other')).statusCode).toBe(415)
  await app.close()
})
