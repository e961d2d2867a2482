import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slotCount, slotOf } from './slots.ts'

test('PL-1: a live video falls in the same slot on every node and in every version', () => {
  expect(['lobby', 'northern-lights', 'a', '__proto__', 'x'.repeat(128)].map(slotOf)).toMatchInlineSnapshot(`
    [
      3956,
      3674,
      435,
      3243,
      2012,
    ]
  `)
})

test('PL-1: a slot is a whole number below the number of slots', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const slot = slotOf(text)
      expect(Number.isInteger(slot) && slot >= 0 && slot < slotCount).toBe(true)
    }),
  )
})

test.each([
  ['counted', (index: number) => `video-${index}`],
  ['random', (index: number) => Math.imul(index + 1, 0x9e3779b1).toString(36)],
  ['alike but for the beginning', (index: number) => `${index}-of-the-same-long-name-that-all-of-them-have`],
])('PL-1: live videos with %s names fall evenly', (_, name) => {
  const counts = new Array<number>(slotCount).fill(0)
  const each = 50
  for (let index = 0; index < slotCount * each; index++) {
    const slot = slotOf(name(index))
    counts[slot] = (counts[slot] ?? 0) + 1
  }
  // Thrown at random, 4,096 slots would have 50 ± 7 each, and hardly any more than five times that away.
  expect(Math.max(...counts)).toBeLessThan(each + 35)
  expect(Math.min(...counts)).toBeGreaterThan(each - 35)
  const variance = counts.reduce((sum, count) => sum + (count - each) ** 2, 0) / slotCount
  expect(variance).toBeLessThan(each * 1.15)
})
