import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeartbeatWheel } from './heartbeat-wheel.ts'

test('RT-8: a round visits every member once, and no tick much more than its share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 200 }), (ticks, members) => {
      const wheel = new HeartbeatWheel<number>(ticks)
      for (let member = 0; member < members; member++) wheel.add(member)
      const visits = Array.from({ length: ticks }, () => [...wheel.tick()])
      expect(visits.flat().sort((a, b) => a - b)).toEqual(
        Array.from({ length: members }, (_, index) => index),
      )
      for (const visited of visits) expect(visited.length).toBeLessThanOrEqual(Math.ceil(members / ticks))
    }),
  )
})

test('RT-8: who has left is not visited', () => {
  const wheel = new HeartbeatWheel<string>(2)
  const spoke = wheel.add('a')
  wheel.add('b')
  wheel.remove('a', spoke)
  expect([...wheel.tick(), ...wheel.tick()]).toEqual(['b'])
})
