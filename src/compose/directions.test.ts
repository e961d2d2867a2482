import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { Clerk } from '../placement/clerk.ts'
import type { Member } from '../registry/registry.ts'
import { Directions } from './directions.ts'

function setUp(alone = false) {
  const clock = new ManualClock()
  const registry = {
    connected: true,
    tell: (_: Member[]): void => {},
    watchMembers(listener: (members: Member[]) => void) {
      registry.tell = listener
      return () => {}
    },
  }
  const clerk = new Clerk(clock, () => 0)
  return { clock, registry, directions: new Directions({ registry, clerk, self: () => 'me', clock, alone }) }
}

const node = (url: string, ...roles: string[]) => ({ url, roles })

test('GW-14: nodes of a role are asked in turn', () => {
  const { registry, directions } = setUp()
  expect(directions.anyNode('comments')).toBeNull()
  registry.tell([node('a', 'comments'), node('b', 'realtime'), node('c', 'comments')])
  const turns = [1, 2, 3, 4].map(() => directions.anyNode('comments'))
  expect(turns.toSorted()).toEqual(['a', 'a', 'c', 'c'])
})

test('GW-14: before the first assignment only a process that is alone knows where to go', () => {
  expect([setUp(true), setUp(false)].map(({ directions }) => directions.realtimeNodeFor('v'))).toEqual([
    'me',
    null,
  ])
})

test('GW-14: a node is gone when it stays away; not when it registers anew, nor while nobody can know', () => {
  const { clock, registry, directions } = setUp()
  registry.tell([node('a', 'realtime')])
  registry.tell([])
  clock.advance(1_000)
  expect(directions.isLiving('a')).toBe(true)
  clock.advance(2_000)
  expect(directions.isLiving('a')).toBe(false)
  registry.connected = false
  expect(directions.isLiving('a')).toBe(true)
  registry.connected = true
  registry.tell([node('a', 'realtime')])
  expect([directions.isLiving('a'), directions.isLiving('never seen')]).toEqual([true, true])
})
