import type { DatabaseSync } from 'node:sqlite'

export type Statements = ReturnType<typeof prepareStatements>

export function prepareStatements(database: DatabaseSync) {
  const comment = 'SELECT comment_id, seq, author_id, removed FROM comments WHERE video = ?'
  const comments =
    'SELECT e.data FROM comments c JOIN events e USING (video, seq) WHERE c.video = ? AND c.removed = 0'
  const prepare = (sql: string) => database.prepare(sql)
  return {
    version: prepare('PRAGMA user_version'),
    video: prepare(
      'SELECT video, epoch, head, closed, slow_mode_ms, pinned_comment_id FROM live_videos WHERE live_video_id = ?',
    ),
    insertVideo: prepare('INSERT INTO live_videos (live_video_id, epoch, head, closed) VALUES (?, ?, 0, 0)'),
    setHead: prepare('UPDATE live_videos SET head = ? WHERE video = ?'),
    setPinned: prepare('UPDATE live_videos SET pinned_comment_id = ? WHERE video = ?'),
    setSettings: prepare('UPDATE live_videos SET closed = ?, slow_mode_ms = ? WHERE video = ?'),

    event: prepare('SELECT seq, at, type, data FROM events WHERE video = ? AND seq = ?'),
    eventsAfter: prepare(
      'SELECT seq, at, type, data FROM events WHERE video = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    insertEvent: prepare('INSERT INTO events (video, seq, at, type, data) VALUES (?, ?, ?, ?, ?)'),
    eraseEvent: prepare("UPDATE events SET type = 'comment.erased', data = '{}' WHERE video = ? AND seq = ?"),

    commentById: prepare(`${comment} AND comment_id = ?`),
    commentByKey: prepare(`${comment} AND author_id = ? AND idempotency_key = ?`),
    lastOfAuthor: prepare(
      'SELECT created_at FROM comments WHERE video = ? AND author_id = ? ORDER BY seq DESC LIMIT 1',
    ),
    insertComment: prepare(
      'INSERT INTO comments (video, seq, comment_id, author_id, created_at, removed, idempotency_key) VALUES (?, ?, ?, ?, ?, 0, ?)',
    ),
    markRemoved: prepare('UPDATE comments SET removed = 1 WHERE video = ? AND seq = ?'),
    oldestOfNewest: prepare(
      'SELECT min(seq) AS seq FROM (SELECT seq FROM comments WHERE video = ? AND removed = 0 ORDER BY seq DESC LIMIT ?)',
    ),
    commentsBefore: prepare(`${comments} AND c.seq < ? ORDER BY c.seq DESC LIMIT ?`),
    commentsAfter: prepare(`${comments} AND c.seq > ? ORDER BY c.seq LIMIT ?`),
  }
}
