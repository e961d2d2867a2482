import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Judge } from './judge.ts'

const epoch = 'abcd'

function judge(startSeq: number, seqs: number[]): Judge {
  const one = new Judge()
  one.moveTo({ epoch, seq: startSeq })
  for (const seq of seqs) one.take({ epoch, seq })
  return one
}

/** The same judgement from a set of all that came. */
function judgeNaively(startSeq: number, seqs: number[], through: number) {
  const seen = new Set<number>()
  let [highest, repeated, outOfOrder, lost] = [startSeq, 0, 0, 0]
  for (const seq of seqs) {
    if (seq <= startSeq || seen.has(seq)) repeated++
    else if (seq < highest) outOfOrder++
    highest = Math.max(highest, seq)
    seen.add(seq)
  }
  for (let seq = startSeq + 1; seq <= through; seq++) if (!seen.has(seq)) lost++
  return { repeated, outOfOrder, lost, expected: through - startSeq }
}

test('agrees with a set of all that came, whatever comes', () => {
  const seqs = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 })
  fc.assert(
    fc.property(fc.nat(5), seqs, fc.nat(40), (startSeq, came, more) => {
      const through = startSeq + more
      const one = judge(startSeq, came)
      const naive = judgeNaively(startSeq, came, through)
      expect({
        repeated: one.repeated,
        outOfOrder: one.outOfOrder,
        lost: one.lostThrough(through),
        expected: one.expectedThrough(through),
      }).toEqual(naive)
      expect(one.hasAllThrough(through)).toBe(naive.lost === 0)
    }),
    { numRuns: 1_000 },
  )
})

test('a viewer that came before the log began takes the epoch of the first event', () => {
  const one = new Judge()
  one.moveTo({ epoch: null, seq: 0 })
  one.take({ epoch, seq: 1 })
  one.take({ epoch, seq: 2 })
  expect([one.resets, one.lostThrough(2), one.expectedThrough(2)]).toEqual([0, 0, 2])
})

test('without a named position the first event is the start', () => {
  const one = new Judge()
  one.take({ epoch, seq: 7 })
  expect([one.position, one.expectedThrough(9), one.lostThrough(9)]).toEqual([{ epoch, seq: 7 }, 3, 2])
})

test('another epoch is a reset', () => {
  const one = judge(0, [1, 2])
  one.moveTo({ epoch: 'wxyz', seq: 1 })
  one.take({ epoch: 'wxyz', seq: 2 })
  expect([one.resets, one.expectedThrough(2), one.lostThrough(2)]).toEqual([1, 1, 0])
})

test('a position that leaps ahead without events has lost them', () => {
  const one = judge(3, [4])
  one.moveTo({ epoch, seq: 9 })
  expect(one.lostThrough(9)).toBe(5)
})

test('a viewer without a position expects nothing', () => {
  expect([new Judge().expectedThrough(5), new Judge().lostThrough(5), new Judge().position]).toEqual([
    0,
    0,
    null,
  ])
})

test('very many holes are merged, so that they have a bound', () => {
  const odd = Array.from({ length: 5_000 }, (_, index) => 2 * index + 1)
  expect(judge(0, odd).lostThrough(9_999)).toBeGreaterThanOrEqual(4_999)
})
