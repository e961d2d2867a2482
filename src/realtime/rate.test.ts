import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChorusError } from '../domain/errors.ts'
import { EventRate } from './event-rate.ts'
import { defaultRate, parseRate, type Shown, tiers } from './rate.ts'

test.each([
  [undefined, 'auto'],
  ['all', 'all'],
  ['0.5', 0.5],
  ['0.99', 0.5],
  ['1', 1],
  ['7', 5],
  ['10', 10],
  ['10.0', 10],
  ['50', 50],
  ['5000', 50],
])('RT-21: rate %s is %s', (text, rate) => {
  expect(parseRate(text)).toBe(rate)
})

test('RT-21: any other text is a clear error', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.constantFrom('', '0', '0.49', '-1', '1e1', '0x10', ' 5', '5 ', '.5', '5.', 'ALL', 'auto', 'NaN', '١'),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect([...tiers, 'all']).toContain(parseRate(text))
      } catch (error) {
        expect(error).toBeInstanceOf(ChorusError)
        expect(error).toMatchObject({
          code: 'invalid_request',
          message: expect.stringContaining('rate must'),
        })
      }
    }),
  )
})

test('RT-21: a number is given the highest tier that is not above it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 1e6 }), (hundredths) => {
      const asked = hundredths / 100
      const tier = Number(parseRate(asked.toFixed(2)))
      expect(tier).toBeLessThanOrEqual(asked)
      expect(tiers.filter((one) => one > tier && one <= asked)).toEqual([])
    }),
  )
})

test('RT-22: left to the server, a live video is shown whole until it is hot, and again when it is calm', () => {
  const played = (rates: number[], start: Shown = 'all') => {
    let shown = start
    return rates.map((rate) => {
      shown = defaultRate(shown, rate)
      return shown
    })
  }
  expect(played([0, 100, 101, 60, 50, 49, 90, 100])).toEqual(['all', 'all', 20, 20, 20, 'all', 'all', 'all'])
})

test('RT-22: it changes only when the limit on its other side is crossed', () => {
  const shown = fc.constantFrom<Shown>('all', 20)
  fc.assert(
    fc.property(shown, fc.double({ min: 0, max: 1e4, noNaN: true }), (previous, rate) => {
      const next = defaultRate(previous, rate)
      if (rate > 100) expect(next).toBe(20)
      else if (rate < 50) expect(next).toBe('all')
      else expect(next).toBe(previous)
    }),
  )
})

test('RT-22: the rate is that of the last two seconds, to a quarter of a second', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat({ max: 900 }), events: fc.nat({ max: 9 }) }))
  fc.assert(
    fc.property(fc.nat({ max: 1e6 }), steps, fc.nat({ max: 3_000 }), (start, steps, waitMs) => {
      const rate = new EventRate()
      let now = start
      const added = steps.map(({ afterMs, events }) => {
        now += afterMs
        rate.add(now, events)
        return { at: now, events }
      })
      now += waitMs
      const since = (durationMs: number) =>
        added.reduce((sum, { at, events }) => sum + (now - at < durationMs ? events : 0), 0)
      const counted = rate.perSecond(now) * 2
      expect(counted).toBeGreaterThanOrEqual(since(1_750))
      expect(counted).toBeLessThanOrEqual(since(2_000))
    }),
  )
})
