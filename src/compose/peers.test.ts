import { expect, test, vi } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { Member } from '../registry/registry.ts'
import { learnMembers } from './peers.ts'

const member = (url: string): Member => ({ url, roles: ['realtime'] })

test('FT-19: other nodes are asked until the registry tells, those that they name too, and never itself', async () => {
  const clock = new ManualClock()
  const registry = { connected: false }
  const places = {
    members: [] as Member[],
    isTold: false,
    remember(members: Member[]) {
      places.members = members
    },
  }
  const ask = vi.fn(async (url: string) => {
    if (url === 'http://gone') throw new Error('it is away')
    return [member('http://a'), member('http://b'), member('http://me')]
  })
  const asked = async (times: number) => {
    const before = ask.mock.calls.length
    for (let time = 0; time < times; time++) {
      clock.advance(2_000)
      await null
    }
    return new Set(ask.mock.calls.slice(before).map(([url]) => url))
  }
  const peers = ['http://gone', 'http://a']
  let turn = 0
  const random = () => (turn++ % 10) / 10
  const stop = learnMembers({ registry, places, peers, self: 'http://me', clock, random, ask })
  await asked(50)
  expect(places.members).toHaveLength(3)
  expect(await asked(50)).toEqual(new Set(['http://gone', 'http://a', 'http://b']))
  registry.connected = true
  expect(await asked(10)).toEqual(new Set())
  registry.connected = false
  places.isTold = true
  expect(await asked(10)).toEqual(new Set())
  stop()
  expect(clock.waiting).toBe(0)
})
