import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { Channel } from './channel.ts'
import type { Connection } from './connection.ts'
import { Moves } from './moves.ts'
import { defaultRealtimeOptions } from './options.ts'
import type { RealtimeWorld } from './world.ts'

/** A channel with so many viewers, and a placement that says how many may stay. */
function setUp(viewers: number) {
  const clock = new ManualClock()
  const connections = new Set(Array.from({ length: viewers }, () => ({ open: true })))
  const channel = { liveVideoId: 'v', connections } as unknown as Channel
  let share = Number.POSITIVE_INFINITY
  let changed = () => {}
  const placement = {
    shareOf: () => share,
    viewersOf: () => 0,
    isShared: () => false,
    onChange(listener: () => void) {
      changed = listener
      return () => {}
    },
  }
  const world = {
    clock,
    random: () => 0,
    placement,
    options: defaultRealtimeOptions,
  } as unknown as RealtimeWorld
  const move = (connection: Connection) => Object.assign(connection, { open: false })
  const moves = new Moves({ world, channels: new Map([['v', channel]]), move })
  const open = () => [...connections].filter((connection) => connection.open).length
  const place = (next: number) => {
    share = next
    changed()
  }
  const enter = () => {
    connections.add({ open: true })
    moves.entered(channel)
  }
  return { clock, moves, open, place, enter }
}

test('RT-19: the viewers of a live video that belongs elsewhere go over some seconds, evenly', () => {
  const { clock, open, place } = setUp(1_000)
  place(0)
  const left = Array.from({ length: 5 }, () => {
    clock.advance(1_000)
    return open()
  })
  expect(left).toEqual([800, 600, 400, 200, 0])
})

test('RT-19: who comes although it belongs elsewhere has time until everyone knows', () => {
  const { clock, open, place, enter } = setUp(0)
  place(0)
  enter()
  clock.advance(1_900)
  expect(open()).toBe(1)
  clock.advance(1_000)
  expect(open()).toBe(0)
})

test('RT-19: of a spread live video only those above the node’s part go', () => {
  const { clock, open, place } = setUp(100)
  place(60)
  clock.advance(10_000)
  expect(open()).toBe(60)
})

test('RT-19: a move takes no longer when loads are told meanwhile', () => {
  const { clock, open, place } = setUp(1_000)
  for (let second = 0; second < 5; second++) {
    place(0)
    clock.advance(1_000)
  }
  expect(open()).toBe(0)
})

test('RT-19: when more have to go than before, they take their time as well', () => {
  const { clock, open, place } = setUp(1_000)
  place(900)
  clock.advance(4_900)
  place(0)
  clock.advance(1_000)
  expect(open()).toBeGreaterThan(700)
  clock.advance(4_000)
  expect(open()).toBe(0)
})

test('RT-19: when it comes back here meanwhile, the others stay, and no timer runs on', () => {
  const { clock, open, place, moves } = setUp(100)
  place(0)
  clock.advance(1_000)
  place(Number.POSITIVE_INFINITY)
  clock.advance(10_000)
  expect(open()).toBe(80)
  expect(clock.waiting).toBe(0)
  moves.stop()
})
