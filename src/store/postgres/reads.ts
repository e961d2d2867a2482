import type { Comment } from '../../domain/comment.ts'
import { defaultSettings, type LiveVideoId } from '../../domain/live-video.ts'
import { type EventRow, toEvent } from '../event-rows.ts'
import {
  type CommentList,
  type CommentRange,
  commentPageBytesMax,
  type DatedHead,
  type EventPage,
  eventPageBytesMax,
  type Head,
  type LiveVideoState,
} from '../store.ts'
import type { Ask } from './connection.ts'

const noHead: Head = { epoch: null, seq: 0 }

interface HeadRow {
  epoch: string
  head: number
}

const headOf = (row: HeadRow | undefined): Head => (row ? { epoch: row.epoch, seq: row.head } : noHead)

/** Each is one statement, so that what it returns stood in the log at one moment. */

export async function readEvents(
  ask: Ask,
  id: LiveVideoId,
  afterSeq: number,
  limit: number,
): Promise<EventPage> {
  const rows = await ask<HeadRow & (EventRow | { seq: null })>`
    SELECT v.epoch, v.head, page.seq, page.at, page.type, page.data
    FROM live_videos v
    LEFT JOIN LATERAL (
      SELECT *, sum(octet_length(data)) OVER (ORDER BY seq) - octet_length(data) AS bytes_before
      FROM (
        SELECT seq, at, type, data FROM events WHERE video = v.video AND seq > ${afterSeq} ORDER BY seq LIMIT ${limit}
      ) e
    ) page ON page.bytes_before <= ${eventPageBytesMax}
    WHERE v.live_video_id = ${id} AND v.head > 0
    ORDER BY page.seq`
  const events = rows.flatMap((row) => (row.seq === null ? [] : [toEvent(id, row.epoch, row)]))
  return { head: headOf(rows[0]), events }
}

export async function readHistoryStart(ask: Ask, id: LiveVideoId, count: number): Promise<number> {
  const [row] = await ask<{ head: number; oldest: number | null }>`
    SELECT v.head, (
      SELECT min(seq) FROM (
        SELECT seq FROM comments WHERE video = v.video AND NOT removed ORDER BY seq DESC LIMIT ${count}
      ) newest
    ) AS oldest
    FROM live_videos v WHERE v.live_video_id = ${id}`
  if (!row) return 0
  return row.oldest === null ? row.head : row.oldest - 1
}

export async function readHeads(ask: Ask, ids: LiveVideoId[]): Promise<Map<LiveVideoId, DatedHead>> {
  const rows = await ask<HeadRow & { live_video_id: string; at: number; incarnation: string }>`
    SELECT v.live_video_id, v.epoch, v.head, e.at, pg_postmaster_start_time()::text AS incarnation
    FROM live_videos v JOIN events e ON e.video = v.video AND e.seq = v.head
    WHERE v.live_video_id = ANY(${ids}::text[]) AND v.head > 0`
  return new Map(
    rows.map((row) => [row.live_video_id, { ...headOf(row), at: row.at, incarnation: row.incarnation }]),
  )
}

export async function readStoreId(ask: Ask): Promise<string> {
  const [row] = await ask<{ id: string }>`SELECT id FROM store_identity`
  if (!row) throw new Error('the table store_identity is empty')
  return row.id
}

export async function readAt(ask: Ask, id: LiveVideoId, seq: number): Promise<number | null> {
  const [row] = await ask<{ at: number }>`
    SELECT e.at FROM live_videos v JOIN events e USING (video) WHERE v.live_video_id = ${id} AND e.seq = ${seq}`
  return row?.at ?? null
}

export async function readLiveVideo(ask: Ask, id: LiveVideoId): Promise<LiveVideoState> {
  const [row] = await ask<
    HeadRow & { at: number; closed: boolean; slow_mode_ms: number | null; pinned: string | null }
  >`
    SELECT v.epoch, v.head, last.at, v.closed, v.slow_mode_ms, e.data AS pinned
    FROM live_videos v
    JOIN events last ON last.video = v.video AND last.seq = v.head
    LEFT JOIN comments c ON c.video = v.video AND c.comment_id = v.pinned_comment_id AND NOT c.removed
    LEFT JOIN events e ON e.video = c.video AND e.seq = c.seq
    WHERE v.live_video_id = ${id} AND v.head > 0`
  if (!row) return { head: noHead, headAt: null, settings: defaultSettings, pinnedComment: null }
  const { closed, slow_mode_ms: slowModeMs, pinned } = row
  const pinnedComment = pinned === null ? null : (JSON.parse(pinned) as Comment)
  return { head: headOf(row), headAt: row.at, settings: { closed, slowModeMs }, pinnedComment }
}

export async function readComments(ask: Ask, id: LiveVideoId, range: CommentRange): Promise<CommentList> {
  const rows = await (range.kind === 'after'
    ? commentsAfter(ask, id, range.seq, range.limit)
    : commentsBefore(ask, id, range.kind === 'newest' ? Number.MAX_SAFE_INTEGER : range.seq, range.limit))
  const found = rows.flatMap(({ data }) => (data === null ? [] : [data]))
  const bytes = found.reduce((sum, data) => sum + Buffer.byteLength(data), 0)
  return {
    head: headOf(rows[0]),
    comments: found.map((data) => JSON.parse(data) as Comment),
    isFull: found.length === range.limit || bytes > commentPageBytesMax,
  }
}

type CommentPageRow = HeadRow & { data: string | null }

function commentsBefore(ask: Ask, id: LiveVideoId, seq: number, limit: number): Promise<CommentPageRow[]> {
  return ask<CommentPageRow>`
    SELECT v.epoch, v.head, page.data
    FROM live_videos v
    LEFT JOIN LATERAL (
      SELECT *, sum(octet_length(data)) OVER (ORDER BY seq DESC) - octet_length(data) AS bytes_before
      FROM (
        SELECT c.seq, e.data FROM comments c JOIN events e USING (video, seq)
        WHERE c.video = v.video AND NOT c.removed AND c.seq < ${seq}
        ORDER BY c.seq DESC LIMIT ${limit}
      ) e
    ) page ON page.bytes_before <= ${commentPageBytesMax}
    WHERE v.live_video_id = ${id} AND v.head > 0
    ORDER BY page.seq DESC`
}

function commentsAfter(ask: Ask, id: LiveVideoId, seq: number, limit: number): Promise<CommentPageRow[]> {
  return ask<CommentPageRow>`
    SELECT v.epoch, v.head, page.data
    FROM live_videos v
    LEFT JOIN LATERAL (
      SELECT *, sum(octet_length(data)) OVER (ORDER BY seq) - octet_length(data) AS bytes_before
      FROM (
        SELECT c.seq, e.data FROM comments c JOIN events e USING (video, seq)
        WHERE c.video = v.video AND NOT c.removed AND c.seq > ${seq}
        ORDER BY c.seq LIMIT ${limit}
      ) e
    ) page ON page.bytes_before <= ${commentPageBytesMax}
    WHERE v.live_video_id = ${id} AND v.head > 0
    ORDER BY page.seq DESC`
}
