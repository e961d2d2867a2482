import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Entry, Ring } from './ring.ts'

const entryOf = (seq: number, size: number, isComment: boolean): Entry => ({
  seq,
  at: 0,
  isComment,
  authorId: '',
  always: false,
  bytes: Buffer.alloc(size, seq % 256),
})

const sizes = fc.array(fc.record({ size: fc.nat({ max: 30 }), isComment: fc.boolean() }), { maxLength: 60 })
const bounds = fc.record({
  eventsMax: fc.integer({ min: 1, max: 12 }),
  bytesMax: fc.integer({ min: 1, max: 120 }),
})

function fill(ring: Ring, start: number, made: { size: number; isComment: boolean }[]): Entry[] {
  ring.restart(start)
  const entries = made.map(({ size, isComment }, index) => entryOf(start + 1 + index, size, isComment))
  for (const entry of entries) ring.push(entry)
  return entries
}

test('RT-14: the ring holds the newest events within its bounds, and the newest one always', () => {
  fc.assert(
    fc.property(bounds, fc.nat({ max: 100 }), sizes, ({ eventsMax, bytesMax }, start, made) => {
      const ring = new Ring(eventsMax, bytesMax)
      const entries = fill(ring, start, made)
      const kept = entries.slice(entries.length - ring.length)
      expect(ring.length).toBeLessThanOrEqual(eventsMax)
      expect(ring.length).toBeGreaterThanOrEqual(Math.min(1, entries.length))
      if (kept.length > 1)
        expect(kept.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(bytesMax)
      for (let seq = 0; seq <= start + made.length + 1; seq++)
        expect(ring.covers(seq)).toBe(seq >= ring.lastSeq - ring.length && seq <= ring.lastSeq)
    }),
  )
})

test('RT-14: reading on in pieces gives every byte after a place once and in order', () => {
  fc.assert(
    fc.property(bounds, sizes, fc.integer({ min: 1, max: 60 }), ({ eventsMax, bytesMax }, made, pieceMax) => {
      const ring = new Ring(eventsMax, bytesMax)
      const entries = fill(ring, 5, made)
      const first = ring.lastSeq - ring.length
      const pieces: Buffer[] = []
      for (let seq = first; seq < ring.lastSeq; ) {
        const run = ring.after(seq, pieceMax)
        const bytes = Buffer.concat(run.map((entry) => entry.bytes))
        expect(run.map((entry) => entry.seq)).toEqual(run.map((_, index) => seq + 1 + index))
        expect(bytes.length <= pieceMax || run.length === 1).toBe(true)
        pieces.push(bytes)
        seq += run.length
      }
      const expected = entries.filter(({ seq }) => seq > first).map(({ bytes }) => bytes)
      expect(Buffer.concat(pieces)).toEqual(Buffer.concat(expected))
    }),
  )
})

test('RT-14: history begins before the newest comments, or is said not to be here', () => {
  fc.assert(
    fc.property(
      bounds,
      fc.nat({ max: 1 }),
      sizes,
      fc.nat({ max: 20 }),
      ({ eventsMax, bytesMax }, start, made, count) => {
        const ring = new Ring(eventsMax, bytesMax)
        const entries = fill(ring, start, made)
        const kept = entries.slice(entries.length - ring.length)
        const comments = kept.filter(({ isComment }) => isComment)
        const found = ring.historyStart(count)
        if (count === 0) expect(found).toBe(ring.lastSeq)
        else if (comments.length >= count) expect(found).toBe((comments.at(-count)?.seq ?? 0) - 1)
        else expect(found === null).toBe(start + made.length - kept.length > 0)
      },
    ),
  )
})

test('RT-15: an erased event keeps its number and loses its bytes', () => {
  const ring = new Ring(10, 1_000)
  const entries = fill(ring, 0, [
    { size: 5, isComment: true },
    { size: 6, isComment: true },
    { size: 7, isComment: true },
  ])
  ring.erase(2)
  ring.erase(99)
  expect(ring.after(0, 1_000)).toEqual(entries)
  expect(entries.map(({ bytes }) => bytes.length > 0)).toEqual([true, false, true])
  expect(ring.historyStart(2)).toBe(0)
})

test('RT-14: an event out of turn is a mistake of ours and says so', () => {
  const ring = new Ring(10, 1_000)
  ring.push(entryOf(1, 1, true))
  expect(() => ring.push(entryOf(3, 1, true))).toThrow('entry 3 after 1')
})
