import { DatabaseSync } from 'node:sqlite'

/**
 * The event log is the truth; `live_videos` and `comments` are projected from it, to be looked up by.
 * A comment's text stands in its event and nowhere else, so that erasing it is one update.
 */
const version1 = `
  CREATE TABLE live_videos (
    video INTEGER PRIMARY KEY,
    live_video_id TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    head INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    slow_mode_ms INTEGER,
    pinned_comment_id TEXT
  ) STRICT;
  CREATE TABLE events (
    video INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (video, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE comments (
    video INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    comment_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    idempotency_key TEXT,
    PRIMARY KEY (video, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX comments_by_id ON comments (video, comment_id);
  CREATE INDEX comments_by_author ON comments (video, author_id, seq);
  CREATE UNIQUE INDEX comments_by_key ON comments (video, author_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
`

const migrations = [version1]

/** @throws Error, in words for whoever started the server, when the file is in use or from a newer Chorus. */
export function openDatabase(file: string): DatabaseSync {
  try {
    return open(file)
  } catch (error) {
    throw isSqliteError(error) ? unusable(file, error) : error
  }
}

const isSqliteError = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR'

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  // One process owns the file: a second one would store comments whose events the first never hears of.
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  takeLock(database, file)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 0;
  `)
  migrate(database, file)
  emptyLog(database)
  return database
}

const unusable = (file: string, error: unknown): Error =>
  new Error(`${file} cannot be opened as a Chorus store: ${(error as Error).message}`)

/** Folds SQLite's write-ahead log into the database file; the next commit begins the log anew. */
export function foldLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(PASSIVE)')
}

/**
 * Folds the log and empties it. What was erased is overwritten in the database
 * (`secure_delete`), but stands in the write-ahead log until that is emptied, even after a crash.
 */
export function emptyLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function takeLock(database: DatabaseSync, file: string): void {
  try {
    database.exec('BEGIN EXCLUSIVE; COMMIT')
  } catch (error) {
    database.close()
    if (/locked|busy/i.test(String(error)))
      throw new Error(
        `${file} is in use by another Chorus; stop that one or give this one a folder of its own`,
      )
    throw error
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found > migrations.length) throw new Error(`${file} was written by a newer Chorus (schema ${found})`)
  for (const [index, sql] of migrations.entries())
    if (index >= found) database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
}
