import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WriteDemand } from './write-demand.ts'

const memoryMs = 250

const writes = fc.array(
  fc.record({
    afterMs: fc.nat({ max: 2_000 }),
    events: fc.integer({ min: 1, max: 50 }),
    writeMs: fc.double({ min: 0, max: 100, noNaN: true }),
  }),
  { maxLength: 30 },
)

/** What every write has left of itself after `memoryMs` for each factor of e. */
function faded(made: { at: number; cost: number }[], now: number): number {
  return made.reduce((sum, { at, cost }) => sum + cost * Math.exp((at - now) / memoryMs), 0) / memoryMs
}

test('RT-16: the demand is what the writes of each event by itself would have taken, fading', () => {
  fc.assert(
    fc.property(writes, fc.nat({ max: 5_000 }), (writes, laterMs) => {
      const demand = new WriteDemand()
      const made: { at: number; cost: number }[] = []
      let now = 0
      for (const { afterMs, events, writeMs } of writes) {
        now += afterMs
        demand.add(events, writeMs, now)
        made.push({ at: now, cost: events * writeMs })
        expect(demand.at(now)).toBeCloseTo(faded(made, now), 9)
      }
      expect(demand.at(now + laterMs)).toBeCloseTo(faded(made, now + laterMs), 9)
    }),
  )
})

test('RT-16: a steady load is told as the part of the event loop that it takes, whatever share a write', () => {
  for (const [events, writeMs, everyMs] of [
    [1, 5, 10],
    [10, 5, 100],
    [50, 1, 100],
  ] as const) {
    const demand = new WriteDemand()
    let sum = 0
    for (let now = 0; now < 10_000; now++) {
      if (now % everyMs === 0) demand.add(events, writeMs, now)
      if (now >= 9_000) sum += demand.at(now)
    }
    expect(sum / 1_000).toBeCloseTo((events * writeMs) / everyMs, 1)
  }
})

test('RT-16: nothing written is no demand, and asking changes nothing', () => {
  const demand = new WriteDemand()
  expect(demand.at(0)).toBe(0)
  expect(demand.at(1e12)).toBe(0)
  demand.add(4, 62.5, 1_000)
  demand.at(60_000)
  expect(demand.at(1_000)).toBe(1)
  expect(demand.at(60_000)).toBeLessThan(1e-9)
})

test('RT-16: a time that is told late counts as now', () => {
  const demand = new WriteDemand()
  demand.add(1, 125, 2_000)
  expect(demand.at(1_500)).toBe(0.5)
})
