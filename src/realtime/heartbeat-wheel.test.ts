import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { HeartbeatWheel } from './heartbeat-wheel.ts'

const tickMs = 100

function turning<Member>(spokes: number) {
  const clock = new ManualClock()
  const visits: Member[][] = []
  const pace = { tickMs, roundMs: spokes * tickMs }
  const wheel = new HeartbeatWheel<Member>(clock, pace, (members) => visits.push([...members]))
  return { clock, visits, wheel }
}

test('RT-8: a round visits every member once, and no tick much more than its share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 200 }), (spokes, members) => {
      const { clock, visits, wheel } = turning<number>(spokes)
      for (let member = 0; member < members; member++) wheel.add(member)
      clock.advance(spokes * tickMs)
      expect(visits.flat().sort((a, b) => a - b)).toEqual(
        Array.from({ length: members }, (_, index) => index),
      )
      expect(visits).toHaveLength(spokes)
      for (const visited of visits) expect(visited.length).toBeLessThanOrEqual(Math.ceil(members / spokes))
    }),
  )
})

test('RT-8: a round takes its time however late its ticks come', () => {
  const lateness = fc.array(fc.nat({ max: 350 }), { minLength: 200, maxLength: 200 })
  fc.assert(
    fc.property(lateness, (late) => {
      const { clock, visits, wheel } = turning<string>(10)
      wheel.add('a')
      for (const ms of late) {
        clock.spend(ms)
        clock.advance(tickMs)
      }
      const rounds = Math.floor(clock.elapsed() / (10 * tickMs))
      expect(Math.abs(visits.flat().length - rounds)).toBeLessThanOrEqual(1)
    }),
  )
})

test('RT-8: after a long standstill each member is visited once', () => {
  const { clock, visits, wheel } = turning<string>(3)
  wheel.add('a')
  wheel.add('b')
  clock.spend(60_000)
  clock.advance(0)
  expect(visits.flat()).toEqual(['a', 'b'])
  clock.advance(3 * tickMs)
  expect(visits.flat()).toEqual(['a', 'b', 'a', 'b'])
})

test('RT-18: who has left is not visited, and without members there is no timer', () => {
  const { clock, visits, wheel } = turning<string>(2)
  expect(clock.waiting).toBe(0)
  const spokes = [wheel.add('a'), wheel.add('b')]
  wheel.remove('a', spokes[0] as number)
  clock.advance(2 * tickMs)
  expect(visits.flat()).toEqual(['b'])
  wheel.remove('b', spokes[1] as number)
  expect(clock.waiting).toBe(0)
  wheel.add('c')
  clock.advance(2 * tickMs)
  expect(visits.flat()).toEqual(['b', 'c'])
})
