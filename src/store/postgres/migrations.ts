import { readdirSync, readFileSync } from 'node:fs'
import type { Ask, Connection, Script } from './connection.ts'

const folder = new URL('./migrations/', import.meta.url)

/** The file `0001_event_logs.sql` makes schema 1, and so on. */
const migrations = readdirSync(folder).sort()

/** Any number, as long as nobody else takes it in the same database: "chorus" in ASCII. */
const lockNumber = 0x63686f727573

/**
 * Brings the schema up to date: all that is missing in one transaction, by one node, however many start at once.
 * @throws Error, the connection still usable or not, when the schema is from a newer Chorus
 */
export async function migrate(connection: Connection, answerMsMax: number): Promise<void> {
  const version = await connection.run(readVersion, answerMsMax)
  // Large tables take long to change, and the other nodes wait for the one that does.
  if (isMissing(version)) await connection.run(applyMissing, null)
}

async function readVersion(ask: Ask): Promise<number> {
  const [table] = await ask<{ made: boolean }>`SELECT to_regclass('schema_migrations') IS NOT NULL AS made`
  if (!table?.made) return 0
  const [newest] = await ask<{
    version: number | null
  }>`SELECT max(version) AS version FROM schema_migrations`
  return newest?.version ?? 0
}

function isMissing(version: number): boolean {
  if (version > migrations.length) throw new Error(`it was written by a newer Chorus (schema ${version})`)
  return version < migrations.length
}

async function applyMissing(ask: Ask, script: Script): Promise<void> {
  await ask`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`
  await ask`SELECT pg_advisory_xact_lock(${lockNumber})`
  await script(`CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`)
  const version = await readVersion(ask)
  if (isMissing(version))
    for (const [index, name] of migrations.entries()) if (index >= version) await apply(index + 1, name)
  await ask`COMMIT`

  async function apply(to: number, name: string): Promise<void> {
    await script(readFileSync(new URL(name, folder), 'utf8'))
    await ask`INSERT INTO schema_migrations (version, name) VALUES (${to}, ${name})`
  }
}
