import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { encodeEventBatch } from '../bus/event-batch.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { joinKept, keptBytes, keptText } from '../domain/kept-bytes.ts'
import { gzipChunks, gzipUntilClose, plainChunks, plainUntilClose } from './body-coding.ts'
import { encodeLogEvent } from './encode.ts'
import { Frame } from './frame.ts'
import type { RealtimeMetrics } from './metrics.ts'
import { defaultRealtimeOptions } from './options.ts'
import { anywhere } from './placement.ts'
import { RealtimeNode } from './realtime-node.ts'
import { Replays } from './replays.ts'
import type { Entry } from './ring.ts'
import type { ViewerSocket } from './viewer-socket.ts'
import type { RealtimeWorld } from './world.ts'

const comment = (seq: number, text: string): LiveVideoEvent => ({
  liveVideoId: 'a',
  epoch: 'e0e0',
  seq,
  at: seq,
  type: 'comment.created',
  comment: { id: `c${seq}`, seq, liveVideoId: 'a', author: { id: 'ann', name: 'Ann' }, text, createdAt: seq },
})

const entryOf = (event: LiveVideoEvent): Entry => ({
  seq: event.seq,
  at: event.at,
  isComment: true,
  authorId: 'ann',
  always: false,
  bytes: encodeLogEvent(event),
})

/** Bytes that hold no memory but what they show. */
const expectOwn = (bytes: Buffer | string | undefined) => {
  if (!Buffer.isBuffer(bytes)) throw new Error('no bytes')
  expect(bytes.buffer.byteLength).toBe(bytes.length)
}

const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), {
  minLength: 1,
  maxLength: 20,
})

test('RT-28: an event, a frame in each coding and for each position, and a batch own their memory', () => {
  fc.assert(
    fc.property(
      texts,
      fc.nat({ max: 20 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      (said, seq, some, viewers) => {
        const events = said.map((text, index) => comment(index + 1, text))
        const entries = events.map(entryOf)
        for (const { bytes } of entries) expectOwn(bytes)
        const shown = some ? new Set(entries.slice(0, -1).map((entry) => entry.seq)) : null
        const frame = new Frame({ entries, shown, epoch: 'e0e0', viewers })
        for (const coding of [plainChunks, gzipChunks, plainUntilClose, gzipUntilClose]) {
          const at = Math.min(seq, entries.length - 1)
          expectOwn(frame.bytesFor({ seq: at, coding, authorId: null }) as Buffer)
          expectOwn(frame.bytesFor({ seq: 0, coding, authorId: 'ann' }) as Buffer)
        }
        expectOwn(encodeEventBatch(events))
      },
    ),
  )
})

test('RT-28: what gzip makes of anything owns its memory', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2_000 }),
      fc.integer({ min: 1, max: 9 }),
      (text, viewers) => expectOwn(gzipChunks.encode(text, viewers)),
    ),
  )
})

test('RT-28: a page of the store as it is sent owns its memory', async () => {
  const events = Array.from({ length: 5 }, (_, index) => comment(index + 1, 'hello'))
  const reader = { readEvents: async () => ({ head: { epoch: 'e0e0', seq: 5 }, events }) }
  const metrics = { storeRead() {} }
  const replays = new Replays(reader as never, metrics as unknown as RealtimeMetrics, defaultRealtimeOptions)
  expectOwn((await replays.read('a', 0, 0)).text.bytesIn(plainChunks))
})

test('RT-28: kept bytes and texts are copies of what they are made from', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      const text = parts.join('')
      expect(keptBytes(text).equals(Buffer.from(text))).toBe(true)
      expect(keptText(text)).toBe(text)
      expect(joinKept(parts.map((part) => Buffer.from(part))).equals(Buffer.from(text))).toBe(true)
    }),
  )
})

const collectGarbage = () => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

test('RT-28: a live video that is watched does not hold the request that named it', async () => {
  const reader = {
    readHeads: async () => new Map(),
    readEvents: async () => ({ head: { epoch: null, seq: 0 }, events: [] }),
  }
  const nothing = new Proxy({}, { get: () => () => {} })
  const world = {
    reader,
    placement: anywhere,
    clock: new ManualClock(),
    random: () => 0,
    metrics: nothing,
    options: defaultRealtimeOptions,
    report: (error: unknown) => expect.fail(String(error)),
  } as unknown as RealtimeWorld
  const bus = { onEvents() {}, onInterrupted() {}, subscribe: async () => {}, unsubscribe: async () => {} }
  const node = new RealtimeNode(world, bus)
  const socket = { bufferedBytes: 0, write() {}, onFinished() {}, onClose() {} } as unknown as ViewerSocket
  const anonymous = { expiresAt: null, authorId: null, quickHeartbeats: false }
  const terms = { rate: 'all', coding: plainChunks, ...anonymous } as const
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let number = 0; number < 500; number++) {
    const request = Buffer.alloc(100_000, `/${number}-a-live-video-with-a-name/`).toString('latin1')
    await node.serve(request.slice(1, 24), socket, { kind: 'history', comments: 50 }, terms)
  }
  collectGarbage()
  expect(node.liveVideos).toBe(500)
  // The requests are 50 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000)
})
