import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { RepeatedLines } from './repeated-lines.ts'

const options = { quietMs: 1_000, differentMax: 3, changesMax: 2, groupsMax: 4 }

test('CL-11: however many lines of trouble come, few are logged, and none is left uncounted', () => {
  const line = fc.record({ group: fc.nat(7), fields: fc.option(fc.nat(7)), afterMs: fc.nat(100) })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 300 }), (lines) => {
      const clock = new ManualClock()
      const repeated = new RepeatedLines(clock, options)
      let [logged, counted] = [0, 0]
      const later = (count: number) => {
        logged++
        counted += count
      }
      for (const { group, fields, afterMs } of lines) {
        clock.advance(afterMs)
        const isNow =
          fields === null
            ? repeated.admitChange(`s${group}`, `l${afterMs % 3}`, later)
            : repeated.admit(`m${group}`, `f${fields}`, later)
        if (!isNow) continue
        logged++
        counted++
      }
      const seconds = clock.elapsed() / options.quietMs
      // Each group has its first lines in each time, and one for all others; groups beyond the bound share one.
      const most = (options.differentMax + 1) * (options.groupsMax + 1)
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

test('CL-11: of a state that goes back and forth the last line of each time is logged, and it is the true one', () => {
  const clock = new ManualClock()
  const lines = new RepeatedLines(clock, options)
  const told: string[] = []
  let state = 'up'
  for (let changes = 1; changes <= 251; changes++) {
    state = state === 'up' ? 'down' : 'up'
    const said = state
    if (lines.admitChange('link', said, (count) => told.push(`${said} after ${count}`))) told.push(said)
    clock.advance(10)
  }
  clock.advance(10_000)
  expect(told).toEqual(['down', 'up', 'up after 98', 'up after 100', 'down after 51'])
  expect(lines.admitChange('link', 'up', () => {})).toBe(true)
})

test('CL-11: a state that is reported again is no change; the line that ends it stands after it', () => {
  const clock = new ManualClock()
  const lines = new RepeatedLines(clock, options)
  const told: string[] = []
  const report = (said: string) => {
    if (lines.admitChange('link', said, (count) => told.push(`${said} after ${count}`))) told.push(said)
  }
  for (let times = 0; times < 10; times++) report('down')
  report('up')
  clock.advance(10_000)
  expect(told).toEqual(['down', 'down after 9', 'up'])
})
