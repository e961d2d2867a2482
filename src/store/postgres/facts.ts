import type { Command, CreateComment } from '../../domain/command.ts'
import type { EventRow } from '../event-rows.ts'
import { namedComment } from '../named-comment.ts'
import { readClock } from './clock.ts'
import type { Ask } from './connection.ts'
import { toColumn } from './text-column.ts'

/** A live video's row, locked until the transaction ends. */
export interface LogRow {
  video: number
  live_video_id: string
  epoch: string
  head: number
  closed: boolean
  slow_mode_ms: number | null
  pinned_comment_id: string | null
}

export interface CommentRow {
  live_video_id: string
  comment_id: string
  author_id: string
  seq: number
  removed: boolean
}

/** A comment stored under an idempotency key, and its event. */
export interface KeyRow extends CommentRow, EventRow {
  idempotency_key: string
}

/** When an author last commented. */
export interface AuthorRow {
  live_video_id: string
  author_id: string
  created_at: number
}

/** What stands in the store about a batch of commands. */
export interface FoundFacts {
  /** The database's clock, in milliseconds since 1970. */
  at: number
  logs: LogRow[]
  named: CommentRow[]
  keys: KeyRow[]
  authors: AuthorRow[]
}

/** Begins a transaction that owns the logs of the commands, and reads in it what their decisions rest on. */
export async function beginAndRead(ask: Ask, commands: Command[]): Promise<FoundFacts> {
  // All of it is sent at once. A statement sees what was committed before it begins: those after the lock, all that
  // the owners before us have done.
  const [, logs, at, named, keys] = await Promise.all([
    ask`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`,
    lockLogs(ask, commands),
    readClock(ask),
    readNamed(ask, commands),
    readKeys(ask, commands),
  ])
  return { at, logs, named, keys, authors: await readAuthors(ask, commands, logs) }
}

/** In one order, the same on every node, so that no two transactions each wait for the other. */
function lockLogs(ask: Ask, commands: Command[]): Promise<LogRow[]> {
  const ids = [...new Set(commands.map(({ liveVideoId }) => liveVideoId))]
  return ask<LogRow>`
    SELECT video, live_video_id, epoch, head, closed, slow_mode_ms, pinned_comment_id
    FROM live_videos WHERE live_video_id = ANY(${ids}::text[])
    ORDER BY live_video_id FOR UPDATE`
}

async function readNamed(ask: Ask, commands: Command[]): Promise<CommentRow[]> {
  const wanted = commands.flatMap((command) => {
    const named = namedComment(command)
    return named === null ? [] : [{ live_video_id: command.liveVideoId, comment_id: toColumn(named) }]
  })
  if (wanted.length === 0) return []
  return ask<CommentRow>`
    SELECT v.live_video_id, c.comment_id, c.author_id, c.seq, c.removed
    FROM json_to_recordset(${JSON.stringify(wanted)}::text::json) AS w (live_video_id text, comment_id text)
    JOIN live_videos v USING (live_video_id)
    JOIN comments c USING (video, comment_id)`
}

async function readKeys(ask: Ask, commands: Command[]): Promise<KeyRow[]> {
  const wanted = commands.flatMap((command) =>
    command.kind === 'create' && command.idempotencyKey !== undefined
      ? [{ ...authorKey(command), idempotency_key: toColumn(command.idempotencyKey) }]
      : [],
  )
  if (wanted.length === 0) return []
  return ask<KeyRow>`
    SELECT v.live_video_id, c.comment_id, c.author_id, c.seq, c.removed, c.idempotency_key,
      e.at, e.type, e.data
    FROM json_to_recordset(${JSON.stringify(wanted)}::text::json)
      AS w (live_video_id text, author_id text, idempotency_key text)
    JOIN live_videos v USING (live_video_id)
    JOIN comments c USING (video, author_id, idempotency_key)
    JOIN events e USING (video, seq)`
}

/** Of live videos where slow mode is on, or may come on within the batch. */
async function readAuthors(ask: Ask, commands: Command[], logs: LogRow[]): Promise<AuthorRow[]> {
  const slow = new Set(logs.filter((log) => log.slow_mode_ms !== null).map((log) => log.live_video_id))
  for (const command of commands)
    if (command.kind === 'change' && typeof command.slowModeMs === 'number') slow.add(command.liveVideoId)
  const wanted = commands.flatMap((command) =>
    command.kind === 'create' && slow.has(command.liveVideoId) ? [authorKey(command)] : [],
  )
  if (wanted.length === 0) return []
  return ask<AuthorRow>`
    SELECT v.live_video_id, w.author_id, c.created_at
    FROM json_to_recordset(${JSON.stringify(wanted)}::text::json) AS w (live_video_id text, author_id text)
    JOIN live_videos v USING (live_video_id)
    CROSS JOIN LATERAL (
      SELECT created_at FROM comments c
      WHERE c.video = v.video AND c.author_id = w.author_id
      ORDER BY c.seq DESC LIMIT 1
    ) c`
}

const authorKey = ({ liveVideoId, actor }: CreateComment) => ({
  live_video_id: liveVideoId,
  author_id: toColumn(actor.author.id),
})
