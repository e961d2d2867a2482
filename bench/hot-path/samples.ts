import type { LiveVideoEvent } from '../../src/domain/event.ts'
import { encodeLogEvent } from '../../src/realtime/encode.ts'
import type { Entry } from '../../src/realtime/ring.ts'

const words = 'wow that goal was so good again please who is this what a save hello from lisbon'.split(' ')

/** A comment as people write them, different for each number. */
export const eventOf = (seq: number): Extract<LiveVideoEvent, { type: 'comment.created' }> => ({
  type: 'comment.created',
  liveVideoId: 'lobby',
  epoch: 'k3v9',
  seq,
  at: 1_750_000_000_000 + seq,
  comment: {
    id: `01978f2e-${(seq * 7_919).toString(16).padStart(4, '0')}-7abc-8def-${(seq * 104_729).toString(16).padStart(12, '0')}`,
    seq,
    liveVideoId: 'lobby',
    author: { id: `author-${seq % 97}`, name: `Author ${seq % 97}` },
    text: Array.from({ length: 12 }, (_, index) => words[(seq * 5 + index * seq) % words.length]).join(' '),
    createdAt: 1_750_000_000_000 + seq,
  },
})

export const entryOf = (seq: number): Entry => ({
  seq,
  at: 0,
  isComment: true,
  authorId: `author-${seq % 97}`,
  always: false,
  bytes: encodeLogEvent(eventOf(seq)),
})
