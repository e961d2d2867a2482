import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

const microseconds = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }))
const quantile = fc.double({ min: 0, max: 1, noNaN: true })

test('a quantile is at least the exact one and at most 1.6 % above it', () => {
  fc.assert(
    fc.property(fc.array(microseconds, { minLength: 1 }), quantile, (values, q) => {
      const histogram = new Histogram()
      for (const value of values) histogram.record(value / 1_000)
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil(q * values.length)) - 1] ?? 0
      const read = Math.round(histogram.quantile(q) * 1_000)
      expect(read).toBeGreaterThanOrEqual(exact)
      expect(read).toBeLessThanOrEqual(exact * (1 + 1 / 64))
      expect(histogram.quantiles()?.max).toBe((sorted.at(-1) ?? 0) / 1_000)
    }),
  )
})

test('durations out of range count as the nearest in range', () => {
  const histogram = new Histogram()
  histogram.record(-5)
  histogram.record(1e12)
  expect(histogram.count).toBe(2)
  expect(histogram.quantile(0.5)).toBe(0)
  expect(histogram.quantile(1)).toBe((2 ** 31 - 1) / 1_000)
})

test('nothing recorded, no quantiles', () => {
  expect(new Histogram().quantiles()).toBeNull()
})
