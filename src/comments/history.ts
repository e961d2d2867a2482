import type { Asker } from '../domain/concurrency-limit.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { formatPosition, parsePosition } from '../domain/position.ts'
import type { CommentPage } from '../protocol/api.ts'
import type { CommentRange, CommentStore } from '../store/store.ts'

export interface HistoryQuery {
  before?: string | undefined
  after?: string | undefined
  limit: number
}

/** A page of comments, newest first. A cursor is a position in the log, so it is good for this live video alone. */
export async function readHistory(
  store: Pick<CommentStore, 'readComments'>,
  liveVideoId: LiveVideoId,
  query: HistoryQuery,
  asker?: Asker,
): Promise<CommentPage> {
  const cursor = cursorOf(query)
  const range = toRange(query, cursor?.seq ?? 0)
  const { head, comments, isFull } = await store.readComments(liveVideoId, range, asker)
  if (cursor?.epoch && cursor.epoch !== head.epoch) throw new ChorusError('invalid_cursor')
  // Before the end is where an empty page after the end points.
  const seqMax = range.kind === 'before' ? head.seq + 1 : head.seq
  if (cursor && cursor.seq > seqMax) throw new ChorusError('invalid_cursor')
  const at = (seq: number) => formatPosition({ epoch: head.epoch, seq })
  // An empty page lies between its cursor and the neighbour: the way back leads over the cursor itself.
  const oldest = comments.at(-1)?.seq ?? (range.kind === 'after' ? range.seq + 1 : 0)
  const newest =
    comments[0]?.seq ?? (range.kind === 'before' ? Math.max(0, range.seq - 1) : (cursor?.seq ?? 0))
  const reachesHead = range.kind === 'newest' || (range.kind === 'after' && !isFull)
  return {
    comments,
    before: oldest > 1 && (isFull || range.kind === 'after') ? at(oldest) : null,
    after: at(reachesHead ? head.seq : newest),
  }
}

function cursorOf({ before, after }: HistoryQuery) {
  if (before !== undefined && after !== undefined)
    throw new ChorusError('invalid_request', 'Give before or after, not both.')
  const text = before ?? after
  return text === undefined ? null : parsePosition(text, 'invalid_cursor')
}

function toRange({ before, after, limit }: HistoryQuery, seq: number): CommentRange {
  if (before !== undefined) return { kind: 'before', seq, limit }
  return after === undefined ? { kind: 'newest', limit } : { kind: 'after', seq, limit }
}
