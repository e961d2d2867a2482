import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { Lifetime } from './lifetime.ts'

function begin() {
  const clock = new ManualClock()
  const told: string[] = []
  const lifetime = new Lifetime(clock, 1_000, (isAlive) => told.push(`${clock.now()} ${isAlive}`))
  return { clock, told, lifetime }
}

test('RG-10: a lease lasts from when that was sent which was answered last', () => {
  const { clock, told, lifetime } = begin()
  expect([lifetime.isAlive, lifetime.silentMs]).toEqual([false, Number.POSITIVE_INFINITY])
  clock.advance(500)
  lifetime.heard(200)
  lifetime.heard(100)
  expect([lifetime.isAlive, lifetime.silentMs]).toEqual([true, 300])
  clock.advance(400)
  lifetime.heard(800)
  clock.advance(899)
  expect(lifetime.isAlive).toBe(true)
  clock.advance(1)
  expect(lifetime.isAlive).toBe(false)
  clock.advance(5_000)
  lifetime.heard(6_500)
  expect(told).toEqual(['500 true', '1800 false', '6800 true'])
})

test('RG-10: an answer that a frozen process finds when it wakes up does not make it alive', () => {
  const { clock, told, lifetime } = begin()
  lifetime.heard(0)
  clock.spend(5_000)
  expect(lifetime.isAlive).toBe(false)
  lifetime.heard(900)
  expect(told).toEqual(['0 true', '5000 false'])
})

test('RG-10: what the servers granted and what they ended counts at once', () => {
  const { clock, told, lifetime } = begin()
  lifetime.heard(0)
  lifetime.lengthMs = 4_000
  clock.advance(3_999)
  expect(lifetime.isAlive).toBe(true)
  lifetime.end()
  expect(lifetime.isAlive).toBe(false)
  clock.advance(10_000)
  expect(told).toEqual(['0 true', '3999 false'])
})
