import { dataOf } from '../event-rows.ts'
import type { Appended, BatchLog } from './batch-log.ts'
import type { Ask } from './connection.ts'
import { toColumn } from './text-column.ts'

/** Stores what a batch did to its logs, and ends the transaction; all of it is sent at once. */
export async function writeAndCommit(ask: Ask, logs: BatchLog[]): Promise<void> {
  const appended = logs.flatMap((log) => log.appended)
  const removed = appended.flatMap(removedRow)
  const writes = [insertEvents(ask, appended), insertComments(ask, appended), updateLogs(ask, logs)]
  // After the inserts: a comment may be created and removed in one batch.
  const erasures = removed.length > 0 ? [eraseEvents(ask, removed), markRemoved(ask, removed)] : []
  await Promise.all([...writes, ...erasures, ask`COMMIT`])
}

/** The rows of a statement travel as one JSON text: half the work for us of as many arrays as there are columns. */
const json = (rows: object[]): string => JSON.stringify(rows)

function insertEvents(ask: Ask, appended: Appended[]): Promise<object[]> {
  const rows = appended.map(({ video, event }) => {
    const { seq, at, type } = event
    return { video, seq, at, type, data: JSON.stringify(dataOf(event)) }
  })
  return ask`
    INSERT INTO events (video, seq, at, type, data)
    SELECT * FROM json_to_recordset(${json(rows)}::text::json)
      AS r (video bigint, seq bigint, at bigint, type text, data text)`
}

function insertComments(ask: Ask, appended: Appended[]): Promise<object[]> {
  return ask`
    INSERT INTO comments (video, seq, comment_id, author_id, created_at, removed, idempotency_key)
    SELECT video, seq, comment_id, author_id, created_at, false, idempotency_key
    FROM json_to_recordset(${json(appended.flatMap(commentRow))}::text::json)
      AS r (video bigint, seq bigint, comment_id text, author_id text, created_at bigint, idempotency_key text)`
}

function commentRow({ video, event, command }: Appended): object[] {
  if (event.type !== 'comment.created') return []
  const { id, seq, author, createdAt } = event.comment
  const key = command.kind === 'create' ? command.idempotencyKey : undefined
  const ids = { comment_id: toColumn(id), author_id: toColumn(author.id) }
  return [
    { video, seq, ...ids, created_at: createdAt, idempotency_key: key === undefined ? null : toColumn(key) },
  ]
}

function removedRow({ video, event }: Appended): object[] {
  return event.type === 'comment.removed' ? [{ video, seq: event.commentSeq }] : []
}

function updateLogs(ask: Ask, logs: BatchLog[]): Promise<object[]> {
  const rows = logs.map(({ video, head, settings, pinnedCommentId }) => ({
    video,
    head,
    closed: settings.closed,
    slow_mode_ms: settings.slowModeMs,
    pinned_comment_id: pinnedCommentId === null ? null : toColumn(pinnedCommentId),
  }))
  return ask`
    UPDATE live_videos v
    SET head = r.head, closed = r.closed, slow_mode_ms = r.slow_mode_ms, pinned_comment_id = r.pinned_comment_id
    FROM json_to_recordset(${json(rows)}::text::json)
      AS r (video bigint, head bigint, closed boolean, slow_mode_ms bigint, pinned_comment_id text)
    WHERE v.video = r.video`
}

function eraseEvents(ask: Ask, removed: object[]): Promise<object[]> {
  return ask`
    UPDATE events e SET type = 'comment.erased', data = '{}'
    FROM json_to_recordset(${json(removed)}::text::json) AS r (video bigint, seq bigint)
    WHERE e.video = r.video AND e.seq = r.seq`
}

function markRemoved(ask: Ask, removed: object[]): Promise<object[]> {
  return ask`
    UPDATE comments c SET removed = true
    FROM json_to_recordset(${json(removed)}::text::json) AS r (video bigint, seq bigint)
    WHERE c.video = r.video AND c.seq = r.seq`
}
