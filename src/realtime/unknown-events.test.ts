import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { defaultRealtimeOptions } from './options.ts'
import { Tail } from './tail.ts'
import type { RealtimeWorld } from './world.ts'

const pinned = (seq: number, epoch = 'e0e0'): LiveVideoEvent => ({
  liveVideoId: 'a',
  epoch,
  seq,
  at: seq,
  type: 'comment.pinned',
  commentId: null,
})

/** A tail on a store that holds these events. */
async function openTail(stored: LiveVideoEvent[]) {
  const clock = new ManualClock()
  const last = stored.at(-1)
  const head = { epoch: last?.epoch ?? null, seq: stored.length }
  const reader = {
    readHeads: async () => new Map(last ? [['a', { ...head, at: last.at, incarnation: 'i' }]] : []),
    readEvents: async (_: string, afterSeq: number) => ({ head, events: stored.slice(afterSeq) }),
  }
  let unknown = 0
  const metrics = { storeRead() {}, repaired() {}, unknownEvents: (events: number) => (unknown += events) }
  const report = (error: unknown) => expect.fail(String(error))
  const world = { clock, random: () => 0, reader, metrics, report, options: defaultRealtimeOptions }
  const advanced: number[] = []
  const tail = new Tail('a', world as unknown as RealtimeWorld, {
    advanced: ({ seq }) => advanced.push(seq),
    erased() {},
    restarted: () => expect.fail('restarted'),
  })
  await tail.open()
  return { tail, advanced, unknown: () => unknown, repair: () => clock.advance(1_000) }
}

test.each([
  ['of a log that has not begun there', [], pinned(1)],
  ['beyond a hole', [pinned(1)], pinned(5)],
  ['of another log', [pinned(1)], pinned(2, 'f0f0')],
])('RT-33: an event that the store does not have is counted: %s', async (_, stored, event) => {
  const { tail, advanced, unknown, repair } = await openTail(stored)
  tail.offer(event)
  repair()
  await expect.poll(unknown).toBe(1)
  expect(advanced).toEqual([])
})
