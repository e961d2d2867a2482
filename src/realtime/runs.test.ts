import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BodyCoding } from './body-coding.ts'
import { defaultRealtimeOptions } from './options.ts'
import { Ring } from './ring.ts'
import { Runs } from './runs.ts'

const events = 400

/** A ring of events of a kilobyte, and a coding that notes for how many viewers each run is coded. */
function setUp() {
  const ring = new Ring(1_024, 1_048_576)
  for (let seq = 1; seq <= events; seq++) {
    const bytes = Buffer.from(`${seq};`.padEnd(1_024))
    ring.push({ seq, at: 0, isComment: true, authorId: 'a', always: false, bytes })
  }
  const runs = new Runs({ ring, head: { epoch: 'e0e0', seq: events } }, defaultRealtimeOptions)
  const codedFor: number[] = []
  const coding = {
    encode(pieces: readonly Buffer[], viewers: number) {
      codedFor.push(viewers)
      return Buffer.concat(pieces)
    },
  } as unknown as BodyCoding
  const ask = (seq: number) => {
    const run = runs.after(seq, 'all', 1_000)
    const text = String(run.bytesFor({ seq, coding, authorId: null }))
    expect(Number(text.split(';')[0])).toBe(seq + 1)
    return run.lastSeq
  }
  return { ask, codedFor }
}

test('FS-7: a run is compressed when several have asked for it, and then once', () => {
  const { ask, codedFor } = setUp()
  for (let count = 0; count < 50; count++) ask(100)
  expect(codedFor).toEqual([1, 1_000])
})

test('FS-7: viewers who come back at places of their own cost no compression, whatever places these are', () => {
  const places = fc.uniqueArray(fc.nat({ max: events - 1 }), { minLength: 20, maxLength: 60 })
  fc.assert(
    fc.property(places, (seqs) => {
      const { ask, codedFor } = setUp()
      for (const seq of seqs) ask(seq)
      expect(codedFor.every((viewers) => viewers === 1)).toBe(true)
    }),
    { numRuns: 20 },
  )
})

test('FS-7: places of their own do not make the others lose what they share', () => {
  const { ask, codedFor } = setUp()
  for (let count = 0; count < 100; count++) {
    ask(count * 3)
    ask(299)
  }
  expect(codedFor.filter((viewers) => viewers > 1)).toHaveLength(1)
})
