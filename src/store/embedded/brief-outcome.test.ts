import { expect, test } from 'vitest'
import type { Command, Outcome } from '../../domain/command.ts'
import { created } from '../../domain/decide.ts'
import { abridge, restore } from './brief-outcome.ts'

const base = {
  liveVideoId: 'a',
  actor: { author: { id: 'ann', name: 'Ann' }, role: 'viewer' },
} as const
const create = {
  ...base,
  kind: 'create',
  commentId: 'c1',
  text: 'hello',
  offsetMs: 7,
  replyTo: 'c0',
} as const
const remove = { ...base, kind: 'remove', commentId: 'c1' } as const
const place = { liveVideoId: 'a', epoch: 'e0e0', seq: 3, at: 5 }
const comment = { ...created(create, 3, 5), ...place }

test.each<[string, Command, Outcome]>([
  ['a comment', create, { kind: 'appended', events: [comment] }],
  ['a comment stored before', create, { kind: 'repeated', event: comment }],
  ['a refusal', create, { kind: 'refused', code: 'slow_mode', retryAfterMs: 200 }],
  ['nothing', remove, { kind: 'appended', events: [] }],
  [
    'a removal',
    remove,
    {
      kind: 'appended',
      events: [
        { ...place, type: 'comment.removed', commentId: 'c1', commentSeq: 2 },
        { ...place, seq: 4, type: 'comment.pinned', commentId: null },
      ],
    },
  ],
])('ST-2: an outcome comes from the store’s thread as it was: %s', (_, command, outcome) => {
  expect(restore(structuredClone(abridge(outcome)), command)).toEqual(outcome)
})
