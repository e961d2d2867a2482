import type { Command, Outcome } from '../../domain/command.ts'
import type { LiveVideoId } from '../../domain/live-video.ts'
import { newEpoch } from '../new-epoch.ts'
import { type DecidedBatch, decideBatch } from './batch.ts'
import { measureSkew, type TellSkew } from './clock.ts'
import type { Ask } from './connection.ts'
import { beginAndRead } from './facts.ts'
import { writeAndCommit } from './writes.ts'

/** Decides and stores a batch in one transaction: asked once, told once. */
export async function append(ask: Ask, commands: Command[], tellSkew: TellSkew): Promise<Outcome[]> {
  let batch = await measureSkew(() => decide(ask, commands), tellSkew)
  if (batch.missing.length > 0) {
    // Their rows are made in a transaction of their own: one that waits for others' rows while it holds new ones of its
    // own could wait for a transaction that waits for it.
    const made = [ask`ROLLBACK`, makeLogs(ask, batch.missing)]
    ;[batch] = await Promise.all([decide(ask, commands), ...made])
  }
  if (batch.changed.length > 0) await writeAndCommit(ask, batch.changed)
  else await ask`COMMIT`
  return batch.outcomes
}

async function decide(ask: Ask, commands: Command[]): Promise<DecidedBatch> {
  return decideBatch(commands, await beginAndRead(ask, commands))
}

/** Rows for logs that begin; another node may be faster. */
function makeLogs(ask: Ask, liveVideoIds: LiveVideoId[]): Promise<object[]> {
  const rows = liveVideoIds.map((id) => ({ live_video_id: id, epoch: newEpoch() }))
  return ask`
    INSERT INTO live_videos (live_video_id, epoch, head, closed)
    SELECT live_video_id, epoch, 0, false
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS r (live_video_id text, epoch text)
    ORDER BY live_video_id COLLATE "C"
    ON CONFLICT DO NOTHING`
}
