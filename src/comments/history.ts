import type { Comment } from '../domain/comment.ts'
import type { Asker } from '../domain/concurrency-limit.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { type Epoch, formatPosition, markOf, type Position, parsePosition } from '../domain/position.ts'
import type { CommentPage } from '../protocol/api.ts'
import type { CommentRange, CommentStore } from '../store/store.ts'

export interface HistoryQuery {
  before?: string | undefined
  after?: string | undefined
  limit: number
}

export type HistoryReader = Pick<CommentStore, 'readComments' | 'readAt'>

/** A page of comments, newest first. A cursor is a position in the log, so it is good for this live video alone. */
export async function readHistory(
  store: HistoryReader,
  liveVideoId: LiveVideoId,
  query: HistoryQuery,
  asker?: Asker,
): Promise<CommentPage> {
  const cursor = cursorOf(query)
  const range = toRange(query, cursor?.seq ?? 0)
  const [{ head, comments, isFull }, isStored] = await Promise.all([
    store.readComments(liveVideoId, range, asker),
    cursor === null || hasEvent(store, liveVideoId, cursor, asker),
  ])
  if (!isStored) throw new ChorusError('invalid_cursor')
  if (cursor?.epoch && cursor.epoch !== head.epoch) throw new ChorusError('invalid_cursor')
  // Before the end is where an empty page after the end points.
  const seqMax = range.kind === 'before' ? head.seq + 1 : head.seq
  if (cursor && cursor.seq > seqMax) throw new ChorusError('invalid_cursor')
  const at = (seq: number) => cursorAt(seq, head.epoch, [comments[0], comments.at(-1)], cursor)
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

/** Whether the log has the very event that a cursor names: a store that was restored may have another at its number. */
async function hasEvent(
  store: HistoryReader,
  liveVideoId: LiveVideoId,
  { seq, mark }: Position,
  asker?: Asker,
): Promise<boolean> {
  const at = mark === undefined ? null : await store.readAt(liveVideoId, seq, asker)
  return mark === undefined || (at !== null && markOf(at) === mark)
}

/** @param known comments of the page: where it names one of them, the cursor names that very one; so does one that came */
function cursorAt(seq: number, epoch: Epoch | null, known: (Comment | undefined)[], came: Position | null) {
  const comment = known.find((one) => one?.seq === seq)
  const mark = comment ? markOf(comment.createdAt) : came?.seq === seq ? came.mark : undefined
  return formatPosition({ epoch, seq, mark })
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
