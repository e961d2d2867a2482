import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { type AdmissionParts, admit, type StreamRequest } from './admission.ts'
import { gzipChunks, plainChunks } from './body-coding.ts'
import { Connection, type StreamTerms } from './connection.ts'
import { Heartbeats } from './heartbeats.ts'
import { defaultRealtimeOptions } from './options.ts'
import type { ViewerSocket } from './viewer-socket.ts'
import type { RealtimeWorld } from './world.ts'

const { heartbeatMs, quickHeartbeatMs } = defaultRealtimeOptions
const event = Buffer.from('an event')
const anonymous = { rate: 'all', coding: plainChunks, expiresAt: null, authorId: null } as const
const usual: StreamTerms = { ...anonymous, quickHeartbeats: false }
const quick: StreamTerms = { ...anonymous, quickHeartbeats: true }

interface Write {
  at: number
  bytes: Buffer
}

function startHeartbeats() {
  const clock = new ManualClock()
  const world = { clock, options: defaultRealtimeOptions } as unknown as RealtimeWorld
  const heartbeats = new Heartbeats(world, () => expect.fail('no token expires'))
  const join = (terms: StreamTerms) => {
    const writes: Write[] = []
    const listeners = { finish: () => {} }
    const socket: Partial<ViewerSocket> = {
      bufferedBytes: 0,
      write: (bytes) => writes.push({ at: clock.elapsed(), bytes }),
      onFinished: (run) => {
        listeners.finish = run
      },
    }
    const connection = new Connection(socket as ViewerSocket, terms)
    heartbeats.add(connection)
    return { connection, writes, listeners }
  }
  return { clock, join }
}

const heartbeatsIn = (writes: Write[]): Buffer[] =>
  writes.map(({ bytes }) => bytes).filter((bytes) => bytes !== event)

test('RT-35: whatever is written and whenever, a quick stream is never silent for more than two rounds', () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(pauses, fc.nat({ max: 10 }), (msBetween, others) => {
      const { clock, join } = startHeartbeats()
      for (let other = 0; other < others; other++) join(quick)
      const { connection, writes } = join(quick)
      connection.writeCoded(event)
      for (const ms of msBetween) {
        clock.advance(ms)
        connection.writeCoded(event)
      }
      const silences = writes.slice(1).map(({ at }, index) => at - (writes[index]?.at ?? 0))
      expect(Math.max(...silences)).toBeLessThanOrEqual(2 * quickHeartbeatMs)
    }),
  )
})

test('RT-35: a stream on which events are written costs no quick heartbeat', () => {
  const { clock, join } = startHeartbeats()
  const { connection, writes } = join(quick)
  for (let at = 0; at < 60_000; at += quickHeartbeatMs) {
    connection.writeCoded(event)
    clock.advance(quickHeartbeatMs)
  }
  expect(heartbeatsIn(writes)).toEqual([])
})

test('RT-35: other streams keep their pace, and all viewers of a coding are sent the same bytes', () => {
  const { clock, join } = startHeartbeats()
  const viewers = [usual, quick, { ...quick, coding: gzipChunks }, { ...usual, coding: gzipChunks }].map(join)
  const rounds = 4
  clock.advance(rounds * heartbeatMs)
  const sent = viewers.map(({ writes }) => heartbeatsIn(writes))
  const quickBeats = (rounds * heartbeatMs) / quickHeartbeatMs
  expect(sent.map(({ length }) => length)).toEqual([rounds, quickBeats, quickBeats, rounds])
  expect(new Set(sent.flat()).size).toBe(2)
})

test('RT-35: of a thousand quick streams each moment has its share', () => {
  const { clock, join } = startHeartbeats()
  const viewers = Array.from({ length: 1_000 }, () => join(quick))
  clock.advance(quickHeartbeatMs)
  const byMoment = Map.groupBy(viewers, ({ writes }) => writes[0]?.at)
  expect([...byMoment.values()].map(({ length }) => length)).toEqual(Array(10).fill(100))
})

test('RT-30: a viewer that closes its sending side is written to at once and a second later, quick or not', () => {
  for (const terms of [usual, quick]) {
    const { clock, join } = startHeartbeats()
    const { connection, writes, listeners } = join(terms)
    connection.writeCoded(event)
    listeners.finish()
    expect(heartbeatsIn(writes)).toHaveLength(1)
    clock.advance(1_000)
    expect(heartbeatsIn(writes).length).toBeGreaterThan(1)
  }
})

test.each<[string, object]>([
  ['with a token', { authorization: 'Bearer token' }],
  ['without one', {}],
])('RT-35: a stream %s has quick heartbeats when its request asks for them', async (_, headers) => {
  const identity = { expiresAt: 1, author: { id: 'ann' }, videos: '*' }
  const parts = { verify: async () => identity, stopping: () => false } as unknown as AdmissionParts
  const asking = { ...headers, 'x-chorus-quick-heartbeats': '1' }
  const wanted = [asking, headers].map((each) => ({
    liveVideoId: 'a',
    query: { history: 0 },
    headers: each,
    httpVersion: '1.1',
  }))
  const admitted = await Promise.all(wanted.map((request) => admit(parts, request as StreamRequest)))
  expect(admitted).toMatchObject([
    { terms: { quickHeartbeats: true } },
    { terms: { quickHeartbeats: false } },
  ])
})
