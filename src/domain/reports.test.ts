import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { Reports } from './reports.ts'

test('BU-16: trouble is reported at once, and the same trouble again only after a while, with how often it was', () => {
  const clock = new ManualClock()
  const told: string[] = []
  const reports = new Reports((error) => told.push(error.message), clock, 10_000)
  for (let times = 0; times < 5; times++) reports.tell('a', 'trouble a')
  reports.tell('b', 'trouble b')
  expect(told).toEqual(['trouble a', 'trouble b'])
  clock.advance(10_000)
  reports.tell('a', 'trouble a')
  reports.tell('b', 'trouble b')
  expect(told.slice(2)).toEqual(['trouble a (and 4 times more since the last report)', 'trouble b'])
})
