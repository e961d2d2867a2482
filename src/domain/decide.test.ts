import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CreateComment } from './command.ts'
import { decide, type Facts } from './decide.ts'

const command: CreateComment = {
  kind: 'create',
  liveVideoId: 'a',
  actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' },
  commentId: 'c1',
  text: 'hello',
}

const facts = (more: Partial<Facts>): Facts => ({
  at: 0,
  settings: { closed: false, slowModeMs: null },
  pinnedCommentId: null,
  nextSeq: 1,
  repeated: null,
  lastCommentAt: null,
  named: null,
  ...more,
})

test('ST-25: slow mode never waits longer than its own time, and a clock that was set back locks nobody out', () => {
  const time = fc.nat(1_000_000_000)
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1_000, max: 3_600_000 }), (at, lastCommentAt, slowModeMs) => {
      const decision = decide(command, facts({ at, lastCommentAt, settings: { closed: false, slowModeMs } }))
      const sinceMs = at - lastCommentAt
      const mustWait = Math.abs(sinceMs) < slowModeMs || sinceMs === -slowModeMs
      expect(decision).toMatchObject(
        mustWait
          ? { kind: 'refuse', code: 'slow_mode', retryAfterMs: slowModeMs - Math.max(0, sinceMs) }
          : { kind: 'append', bodies: [{ comment: { createdAt: at } }] },
      )
    }),
  )
})
