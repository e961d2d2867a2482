import { expect, test } from 'vitest'
import { encodeSse, encodeSseComment, encodeSseRetry } from '../../../src/protocol/sse.ts'
import { PostTimes } from '../posting/post-times.ts'
import { readDeliveries } from './delivery.ts'

const times = new PostTimes('run1')
const marker = times.begin(42, 1_234.5)
const comment = (text: string) => ({ id: '1', author: { id: 'a', name: 'run1.42 ' }, text })
const read = (...blocks: string[]) => readDeliveries(Buffer.from(blocks.join('')), times)
const created = (seq: number, text: string) =>
  encodeSse({ id: `abcd:${seq}`, event: 'comment.created', data: comment(text) })

test('a comment of this run is tied to its post by the marker at the start of its text', () => {
  const position = { epoch: 'abcd', seq: 7 }
  expect(read(created(7, `${marker}hello`))).toEqual([{ kind: 'event', position, postedAt: 1_234.5 }])
})

test.each(['hello', 'run2.42 hello', 'hello run1.42 ', 'run1.43 never posted'])(
  '%j is not of this run',
  (text) => {
    expect(read(created(7, text))).toMatchObject([{ kind: 'event', postedAt: Number.NaN }])
  },
)

test('what else a stream says is told apart', () => {
  const blocks = [
    encodeSseRetry(2_000),
    encodeSseComment('hello'),
    encodeSse({ id: '-:0' }),
    encodeSse({ event: 'viewers', data: { viewers: 3 } }),
    encodeSse({ event: 'gap', data: { missed: 3, reason: 'slow_viewer' } }),
    encodeSse({ event: 'auth.expired', data: {} }),
  ]
  expect(read(...blocks)).toEqual([
    { kind: 'retry', retryMs: 2_000 },
    { kind: 'position', position: { epoch: null, seq: 0 } },
    { kind: 'gap' },
    { kind: 'authExpired' },
  ])
})

test('an id that is not a position is refused', () => {
  expect(() => read(encodeSse({ id: '17', data: {} }))).toThrow()
})
