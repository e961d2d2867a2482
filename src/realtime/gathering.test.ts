import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gatherMs } from './gathering.ts'

const demand = fc.double({ min: 0, max: 10, noNaN: true })
const congested = fc.double({ min: 0, max: 1, noNaN: true })
const gatherMsMax = fc.integer({ min: 0, max: 1_000 })

test('RT-16: frames never gather for less than nothing or more than the maximum', () => {
  fc.assert(
    fc.property(demand, congested, gatherMsMax, (demand, congested, max) => {
      const ms = gatherMs({ demand, congested }, max)
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(ms).toBeLessThanOrEqual(max)
    }),
  )
})

test('RT-16: while there is time to write every event at once, nothing gathers', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.4, noNaN: true }), gatherMsMax, (demand, max) => {
      expect(gatherMs({ demand, congested: 0 }, max)).toBe(0)
    }),
  )
})

test('RT-16: when there is no time for it, frames gather as long as may be', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e9, noNaN: true }),
      congested,
      gatherMsMax,
      (demand, congested, max) => {
        expect(gatherMs({ demand, congested }, max)).toBe(max)
      },
    ),
  )
})

test('RT-16: more demand, or more sockets that push back, never gathers for less', () => {
  const pair = (value: fc.Arbitrary<number>) =>
    fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(pair(demand), pair(congested), gatherMsMax, ([calm, busy], [few, many], max) => {
      const least = gatherMs({ demand: calm, congested: few }, max)
      const most = gatherMs({ demand: busy, congested: many }, max)
      for (const between of [
        gatherMs({ demand: busy, congested: few }, max),
        gatherMs({ demand: calm, congested: many }, max),
      ]) {
        expect(between).toBeGreaterThanOrEqual(least)
        expect(between).toBeLessThanOrEqual(most)
      }
    }),
  )
})

test('RT-16: a few viewers who do not keep up change nothing for the others, most of them do', () => {
  fc.assert(
    fc.property(demand, fc.double({ min: 0, max: 1 / 3, noNaN: true }), gatherMsMax, (demand, few, max) => {
      expect(gatherMs({ demand, congested: few }, max)).toBe(gatherMs({ demand, congested: 0 }, max))
      expect(gatherMs({ demand, congested: 2 / 3 }, max)).toBe(max)
    }),
  )
})
