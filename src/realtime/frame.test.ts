import { constants, gunzipSync } from 'node:zlib'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unchunk } from '../../test/support/unchunk.ts'
import { markOf } from '../domain/position.ts'
import { type BodyCoding, gzipChunks, plainChunks } from './body-coding.ts'
import { encodeLogEvent } from './encode.ts'
import { Frame, type FrameReader } from './frame.ts'
import type { Entry } from './ring.ts'

const epoch = 'e'
const authorIds = ['ann', 'bob', 'flo']

function entryOf(seq: number, authorId: string, text = 'hello'): Entry {
  const base = { liveVideoId: 'a', epoch, seq, at: seq }
  const comment = {
    id: `c${seq}`,
    seq,
    liveVideoId: 'a',
    author: { id: authorId, name: authorId },
    text,
    createdAt: seq,
  }
  const bytes = encodeLogEvent({ ...base, type: 'comment.created', comment })
  return { seq, at: seq, isComment: true, authorId, always: false, bytes }
}

function erase(entry: Entry): void {
  entry.bytes = Buffer.alloc(0)
  entry.isComment = false
}

interface Told {
  seqs: number[]
  /** Of each gap. */
  missed: number[]
  lastEventId: string | null
}

/** What a viewer makes of the bytes. */
function read(coding: BodyCoding, bytes: Buffer): Told {
  const told: Told = { seqs: [], missed: [], lastEventId: null }
  const parser = createParser({
    onId: (id) => {
      told.lastEventId = id
    },
    onEvent: ({ event, data }) => {
      if (event === 'gap') expect(JSON.parse(data).reason).toBe('rate')
      if (event === 'gap') told.missed.push(JSON.parse(data).missed)
      else told.seqs.push(JSON.parse(data).seq)
    },
  })
  const body = Buffer.concat(unchunk(Buffer.concat([coding.beginning, bytes])).chunks)
  const isCoded = coding === gzipChunks
  const plain = isCoded ? gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }) : body
  parser.feed(plain.toString())
  return told
}

const cases = fc
  .array(
    fc.record({
      authorId: fc.constantFrom(...authorIds),
      shown: fc.boolean(),
      erased: fc.constantFrom(false, false, false, true),
      text: fc.string({ maxLength: 200 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .chain((made) =>
    fc.record({
      made: fc.constant(made),
      after: fc.nat({ max: 1_000 }),
      // How many of the frame's events it has already.
      has: fc.nat({ max: made.length - 1 }),
      authorId: fc.constantFrom(null, ...authorIds, 'eve'),
      coding: fc.constantFrom(plainChunks, gzipChunks),
      viewers: fc.constantFrom(1, 1_000),
      whole: fc.boolean(),
    }),
  )

test('RT-20: what a viewer is shown and what a gap counts make up all it lacked, in order; its own come in any case', () => {
  fc.assert(
    fc.property(cases, ({ made, after, has, authorId, coding, viewers, whole }) => {
      const entries = made.map(({ authorId, text }, index) => entryOf(after + index + 1, authorId, text))
      const shown = new Set(entries.filter((_, index) => made[index]?.shown).map(({ seq }) => seq))
      const frame = new Frame({ entries, shown: whole ? null : shown, epoch, viewers })
      for (const [index, entry] of entries.entries()) if (made[index]?.erased) erase(entry)
      const lacked = entries.slice(has)
      const isShown = ({ seq, authorId: by }: Entry) => whole || shown.has(seq) || by === authorId
      const told = read(coding, frame.bytesFor({ seq: after + has, authorId, coding }))
      expect(told.seqs).toEqual(
        lacked.filter((one) => isShown(one) && one.bytes.length > 0).map(({ seq }) => seq),
      )
      const missed = lacked.filter((one) => !isShown(one)).length
      expect(told.missed).toEqual(missed > 0 ? [missed] : [])
      // Who comes back from there is neither shown nor told anything twice.
      if (missed > 0) expect(told.lastEventId).toBe(`${epoch}:${frame.lastSeq}:${markOf(frame.lastSeq)}`)
    }),
  )
})

const reader = (more: Partial<FrameReader> = {}): FrameReader => ({
  seq: 0,
  authorId: null,
  coding: plainChunks,
  ...more,
})

test('RT-20: all who see the same get the same bytes, made once for each coding', () => {
  const frame = new Frame({
    entries: [entryOf(1, 'ann'), entryOf(2, 'bob'), entryOf(3, 'flo')],
    shown: new Set([1]),
    epoch,
    viewers: 1_000,
  })
  for (const coding of [plainChunks, gzipChunks]) {
    const bytes = frame.bytesFor(reader({ coding }))
    expect(frame.bytesFor(reader({ coding }))).toBe(bytes)
    expect(frame.bytesFor(reader({ coding, authorId: 'eve' }))).toBe(bytes)
    // Whose comment is shown to all.
    expect(frame.bytesFor(reader({ coding, authorId: 'ann' }))).toBe(bytes)
    expect(read(coding, frame.bytesFor(reader({ coding, authorId: 'bob' })))).toEqual({
      seqs: [1, 2],
      missed: [1],
      lastEventId: 'e:3:3',
    })
  }
})

test('RT-20: who has its own alone of what was left out is told of no gap', () => {
  const parts = { entries: [entryOf(1, 'ann'), entryOf(2, 'bob')], shown: new Set([1]), epoch, viewers: 2 }
  const told = read(plainChunks, new Frame(parts).bytesFor(reader({ authorId: 'bob' })))
  expect(told).toEqual({ seqs: [1, 2], missed: [], lastEventId: 'e:2:2' })
})

test('RT-15: an event that is erased after some have its frame is in nobody’s bytes from then on', () => {
  const entries = [entryOf(1, 'ann', 'secret'), entryOf(2, 'bob')]
  const frame = new Frame({ entries, shown: null, epoch, viewers: 1 })
  expect(read(plainChunks, frame.bytesFor(reader())).seqs).toEqual([1, 2])
  for (const entry of entries.slice(0, 1)) erase(entry)
  frame.recode()
  expect(frame.bytesFor(reader()).toString()).not.toContain('secret')
  expect(read(plainChunks, frame.bytesFor(reader())).seqs).toEqual([2])
})
