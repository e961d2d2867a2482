import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { Audience } from './audience.ts'
import { type BodyCoding, gzipChunks, plainChunks } from './body-coding.ts'
import { Connection } from './connection.ts'
import { defaultRealtimeOptions } from './options.ts'
import type { Entry } from './ring.ts'
import type { ViewerSocket } from './viewer-socket.ts'
import type { RealtimeWorld } from './world.ts'
import { WriteDemand } from './write-demand.ts'

/** Counts what it codes. */
function counted(coding: BodyCoding) {
  const texts: string[] = []
  const encode: BodyCoding['encode'] = (text, viewers) => {
    texts.push(String(text))
    return coding.encode(text, viewers)
  }
  return { coding: { ...coding, encode }, texts }
}

/** A socket that keeps what is written, and takes nothing while it is `stuck`. */
function keepingSocket() {
  const writes: (Uint8Array | string)[] = []
  const kept = { writes, stuck: false, buffered: 0 }
  const socket: ViewerSocket = {
    write(bytes) {
      writes.push(bytes)
      if (kept.stuck) kept.buffered += bytes.length
    },
    get bufferedBytes() {
      return kept.buffered
    },
    end() {},
    destroy() {},
    onDrain() {},
    onFinished() {},
    onClose() {},
  }
  const stick = () => {
    kept.stuck = true
  }
  return { writes, socket, stick }
}

const entryOf = (seq: number): Entry => ({
  seq,
  at: 0,
  isComment: true,
  authorId: 'ann',
  always: false,
  bytes: Buffer.from(`id: e:${seq}\ndata: ${'something said '.repeat(10)}\n\n`),
})

function setUp(codings: BodyCoding[]) {
  const clock = new ManualClock()
  const fellBehind: Connection[] = []
  const told: { writes: number; events: number }[] = []
  const metrics = {
    delivered: (writes: number, events: number) => told.push({ writes, events }),
    gathered: () => {},
    deliveryLatency: () => {},
  }
  const world = { clock, metrics, options: defaultRealtimeOptions } as unknown as RealtimeWorld
  const audience = new Audience('all', {
    world,
    demand: new WriteDemand(),
    tail: { head: { epoch: 'e', seq: 0 } },
    fellBehind: (connection) => fellBehind.push(connection),
  })
  const viewers = codings.map((coding) => {
    const kept = keepingSocket()
    const terms = { rate: 'all', coding, expiresAt: null, authorId: null, quickHeartbeats: false } as const
    const connection = new Connection(kept.socket, terms)
    connection.state = 'live'
    audience.live.add(connection)
    return { ...kept, connection }
  })
  return { clock, audience, viewers, fellBehind, told }
}

test('RT-27: of a frame there is one write to each viewer, and one coding for all who share it', () => {
  const [plain, compressed] = [counted(plainChunks), counted(gzipChunks)]
  const codings = Array.from({ length: 200 }, (_, index) => (index % 2 ? plain.coding : compressed.coding))
  const { clock, audience, viewers, told } = setUp(codings)
  for (const seq of [1, 2, 3]) audience.add(entryOf(seq))
  clock.advance(10)
  expect(viewers.every(({ writes }) => writes.length === 1)).toBe(true)
  for (const coding of [plain, compressed]) expect(coding.texts).toHaveLength(1)
  // Not equal alone: the same piece of memory, for all hundred of them.
  for (const half of [0, 1])
    expect(
      new Set(viewers.filter((_, index) => index % 2 === half).map(({ writes }) => writes[0])).size,
    ).toBe(1)
  expect(told).toEqual([{ writes: 200, events: 600 }])
})

test('RT-5: who does not take what it is sent is told of once it is above the bound', () => {
  const { clock, audience, viewers, fellBehind } = setUp([plainChunks, plainChunks])
  const [slow, quick] = viewers
  slow?.stick()
  const events = Math.ceil(defaultRealtimeOptions.outboxBytesMax / entryOf(1).bytes.length) + 1
  for (let seq = 1; seq <= events; seq++) {
    audience.add(entryOf(seq))
    clock.advance(defaultRealtimeOptions.gatherMsMax)
  }
  expect(new Set(fellBehind)).toEqual(new Set([slow?.connection]))
  expect(quick?.writes).toHaveLength(events)
})
