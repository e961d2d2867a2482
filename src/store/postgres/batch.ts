import type { Command, Outcome } from '../../domain/command.ts'
import type { LiveVideoId } from '../../domain/live-video.ts'
import { BatchLog } from './batch-log.ts'
import type { FoundFacts } from './facts.ts'

export interface DecidedBatch {
  /** One for each command. */
  outcomes: Outcome[]
  /** Those that were appended to. */
  changed: BatchLog[]
  /** Live videos that would be appended to and have no row yet. */
  missing: LiveVideoId[]
  /** The database's clock, in milliseconds since 1970. */
  at: number
}

/**
 * Decides the commands of one transaction in memory, each on what those before it did, so that the database is asked
 * once for all of them and told once.
 */
export function decideBatch(commands: Command[], found: FoundFacts): DecidedBatch {
  const logs = new Map<LiveVideoId, BatchLog>()
  const rows = new Map(found.logs.map((row) => [row.live_video_id, row]))
  for (const { liveVideoId: id } of commands)
    if (!logs.has(id)) logs.set(id, new BatchLog(id, rows.get(id) ?? null, found.at))
  for (const row of found.named) logs.get(row.live_video_id)?.know(row)
  for (const row of found.keys) logs.get(row.live_video_id)?.knowKey(row)
  for (const row of found.authors) logs.get(row.live_video_id)?.knowAuthor(row)

  const outcomes = commands.flatMap((command) => logs.get(command.liveVideoId)?.execute(command) ?? [])
  const changed = [...logs.values()].filter(({ appended }) => appended.length > 0)
  const missing = changed.filter(({ video }) => video === null).map(({ liveVideoId }) => liveVideoId)
  return { outcomes, changed, missing, at: found.at }
}
