import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { Backoff, backoffMs } from './backoff.ts'

const options = { firstMs: 100, maxMs: 2_000, settledMs: 1_000 }

test('FT-18: waits double up to a bound, and the upper half of each is random', () => {
  const least = [0, 1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(attempt, options, () => 0))
  expect(least).toEqual([50, 100, 200, 400, 800, 1_000, 1_000])
  const most = [0, 4, 5].map((attempt) => backoffMs(attempt, options, () => 0.999999))
  expect(most).toEqual([100, 1_600, 2_000])
})

test('FT-18: only a success that lasted begins the waits anew', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000)), (lastedMs) => {
      const clock = new ManualClock()
      const backoff = new Backoff(clock, () => 0, options)
      let attempt = 0
      for (const ms of lastedMs) {
        backoff.succeeded()
        clock.advance(ms)
        backoff.succeeded()
        if (ms >= options.settledMs) attempt = 0
        expect(backoff.failed()).toBe(backoffMs(attempt++, options, () => 0))
      }
    }),
  )
})

test('FT-18: where it says so, the first attempt after a settled success is made at once', () => {
  const clock = new ManualClock()
  const backoff = new Backoff(clock, () => 0, { ...options, atOnce: true })
  expect([backoff.failed(), backoff.failed(), backoff.failed()]).toEqual([0, 50, 100])
  backoff.succeeded()
  clock.advance(options.settledMs)
  expect([backoff.failed(), backoff.failed()]).toEqual([0, 50])
})
