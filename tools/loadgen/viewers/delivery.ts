import { type Position, parsePosition } from '../../../src/domain/position.ts'
import type { PostTimes } from '../posting/post-times.ts'
import { parseBlocks, type SseBlock } from '../wire/sse-blocks.ts'

/** What a viewer has to know of one block of its stream. The same for every viewer who is sent the same bytes. */
export type Delivery =
  /** `postedAt`: when the POST behind it began, of `performance.now()`; NaN when it is none of ours. */
  | { kind: 'event'; position: Position; postedAt: number }
  | { kind: 'position'; position: Position }
  | { kind: 'retry'; retryMs: number }
  | { kind: 'gap' }
  | { kind: 'authExpired' }

/** @throws ChorusError when an id is not a position. */
export function readDeliveries(blocks: Buffer, posts: PostTimes): Delivery[] {
  return parseBlocks(blocks).flatMap((block) => readBlock(block, posts))
}

function readBlock({ id, event, data, retryMs }: SseBlock, posts: PostTimes): Delivery[] {
  const deliveries: Delivery[] = []
  if (retryMs !== null) deliveries.push({ kind: 'retry', retryMs })
  if (id !== null && data === null) deliveries.push({ kind: 'position', position: parsePosition(id) })
  if (id !== null && data !== null)
    deliveries.push({ kind: 'event', position: parsePosition(id), postedAt: posts.startOf(data) })
  if (event === 'gap') deliveries.push({ kind: 'gap' })
  if (event === 'auth.expired') deliveries.push({ kind: 'authExpired' })
  return deliveries
}
