import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tiers } from './rate.ts'
import type { Entry } from './ring.ts'
import { type Select, type Selected, selectAll, selectSample } from './selection.ts'

const bytesMax = 100

const comment = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  at: 0,
  isComment: true,
  authorId: 'ann',
  always: false,
  bytes: Buffer.alloc(10),
  ...more,
})

/** Between two looks some events come; the second tells whether those that wait are held for long by then. */
const looks = fc
  .array(
    fc.record({
      isHeldLong: fc.constantFrom(false, false, true),
      come: fc.array(
        fc.record({
          afterMs: fc.nat({ max: 300 }),
          size: fc.constantFrom(0, 10, 40, 60, 500),
          isComment: fc.constantFrom(true, true, true, true, false),
          always: fc.constantFrom(false, false, false, false, true),
          authorId: fc.constantFrom('ann', 'bob', 'flo', 'flo'),
        }),
        { maxLength: 12 },
      ),
    }),
    { maxLength: 30 },
  )
  .map((made) => {
    let [seq, at] = [0, 0]
    return made.map(({ isHeldLong, come }) => ({
      isHeldLong,
      come: come.map(({ afterMs, size, ...rest }) => {
        at += afterMs
        return comment(++seq, { ...rest, at, bytes: Buffer.alloc(size) })
      }),
    }))
  })

const selects = fc.oneof(
  fc.constant(() => selectAll(bytesMax)),
  fc.constantFrom(...tiers).map((rate) => () => selectSample(rate, bytesMax)),
)

const isShown = ({ shown }: Selected, { seq }: Entry) => shown === null || shown.has(seq)

test('RT-20: every event is in one frame, in order, and nothing is taken while nothing is to be shown', () => {
  fc.assert(
    fc.property(selects, looks, (make, looks) => {
      const select = make()
      const pending: Entry[] = []
      const taken: number[] = []
      for (const { come, isHeldLong } of looks) {
        pending.push(...come)
        const before = [...pending]
        if (before.length === 0) continue
        const selected = select(pending, isHeldLong)
        if (!selected) {
          expect(isHeldLong).toBe(false)
          expect(pending).toEqual(before)
          continue
        }
        expect(selected.entries.length).toBeGreaterThan(0)
        expect([...selected.entries, ...pending]).toEqual(before)
        taken.push(...selected.entries.map(({ seq }) => seq))
      }
      expect(taken).toEqual(taken.map((_, index) => index + 1))
    }),
  )
})

test('RT-16: what a frame shows is bounded in bytes, but for a single larger event', () => {
  fc.assert(
    fc.property(selects, looks, (make, looks) => {
      const select = make()
      const pending: Entry[] = []
      for (const { come, isHeldLong } of looks) {
        pending.push(...come)
        const selected = pending.length > 0 ? select(pending, isHeldLong) : null
        const sizes =
          selected?.entries.filter((one) => isShown(selected, one)).map(({ bytes }) => bytes.length) ?? []
        const sum = sizes.reduce((all, size) => all + size, 0)
        if (sum > bytesMax) expect(sizes.filter((size) => size > 0)).toHaveLength(1)
      }
    }),
  )
})

test('RT-20: what is no comment and what is always shown is shown with the frame that holds it', () => {
  fc.assert(
    fc.property(selects, looks, (make, looks) => {
      const select = make()
      const pending: Entry[] = []
      for (const { come, isHeldLong } of looks) {
        pending.push(...come)
        const selected = pending.length > 0 ? select(pending, isHeldLong) : null
        for (const one of selected?.entries ?? [])
          if (selected && (one.always || !one.isComment)) expect(isShown(selected, one)).toBe(true)
      }
    }),
  )
})

/** The sequence numbers that are taken, and of those the shown ones. */
function look(
  select: Select,
  pending: Entry[],
  isHeldLong = false,
): { taken: number[]; shown: number[] } | null {
  const selected = select(pending, isHeldLong)
  const seqs = (entries: Entry[]) => entries.map(({ seq }) => seq)
  return (
    selected && {
      taken: seqs(selected.entries),
      shown: seqs(selected.entries.filter((one) => isShown(selected, one))),
    }
  )
}

test('RT-20: comments that the rate has no room for wait, and are chosen from together with what comes', () => {
  const select = selectSample(1, bytesMax)
  expect(look(select, [comment(1)])).toEqual({ taken: [1], shown: [1] })
  const pending = [comment(2, { at: 300 })]
  expect(look(select, pending)).toBeNull()
  pending.push(comment(3, { at: 600 }), comment(4, { at: 1_000, authorId: 'bob' }))
  expect(look(select, pending)).toEqual({ taken: [2, 3, 4], shown: [4] })
})

test('RT-20: those that have waited for long are told by the newest of them', () => {
  const select = selectSample(1, bytesMax)
  look(select, [comment(1)])
  const pending = [comment(2, { at: 100 }), comment(3, { at: 200 })]
  expect(look(select, pending)).toBeNull()
  expect(look(select, pending, true)).toEqual({ taken: [2, 3], shown: [3] })
})

test('RT-20: a moderator’s comment is shown at once, and tells of those that waited', () => {
  const select = selectSample(1, bytesMax)
  look(select, [comment(1)])
  const pending = [comment(2), comment(3, { authorId: 'mod', always: true }), comment(4)]
  expect(look(select, pending)).toEqual({ taken: [2, 3, 4], shown: [3] })
})
