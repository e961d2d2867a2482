import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { RepeatedLines } from './repeated-lines.ts'

const options = { quietMs: 1_000, differentMax: 3, messagesMax: 4 }

test('CL-11: however many lines of trouble come, few are logged, and none is left uncounted', () => {
  const line = fc.record({ message: fc.nat(7), fields: fc.nat(7), afterMs: fc.nat(100) })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 300 }), (lines) => {
      const clock = new ManualClock()
      const repeated = new RepeatedLines(clock, options)
      let [logged, counted] = [0, 0]
      const later = (count: number) => {
        logged++
        counted += count
      }
      for (const { message, fields, afterMs } of lines) {
        clock.advance(afterMs)
        if (!repeated.admit(`m${message}`, `f${fields}`, later)) continue
        logged++
        counted++
      }
      const seconds = clock.elapsed() / options.quietMs
      // Each message has its first lines in each time, and one for all others; messages beyond the bound share one.
      const most = (options.differentMax + 1) * (options.messagesMax + 1)
      expect(logged).toBeLessThanOrEqual(2 * most * (seconds + 1))
      clock.advance(3 * options.quietMs)
      expect(counted).toBe(lines.length)
      expect(clock.waiting).toBe(0)
    }),
  )
})

test('CL-11: trouble that goes on is one line at once and one in a while, with how often it came', () => {
  const clock = new ManualClock()
  const lines = new RepeatedLines(clock, options)
  const told: (number | 'first')[] = []
  for (let times = 0; times < 250; times++) {
    if (lines.admit('trouble', '', (count) => told.push(count))) told.push('first')
    clock.advance(10)
  }
  expect(told).toEqual(['first', 99, 100])
  clock.advance(10_000)
  expect(told).toEqual(['first', 99, 100, 50])
})
