import type { LiveVideoId } from '../../domain/live-video.ts'
import { newEpoch } from '../new-epoch.ts'
import { one } from './query.ts'
import type { Statements } from './statements.ts'

/** A live video as its row says, or as the transaction under way has made it. */
export interface VideoRow {
  video: number
  epoch: string
  head: number
  closed: number
  slow_mode_ms: number | null
  pinned_comment_id: string | null
}

export const findVideo = (sql: Statements, liveVideoId: LiveVideoId): VideoRow | null =>
  one<VideoRow>(sql.video, liveVideoId)

/** The live videos of one transaction: each row is read once, and its head written once, however many commands it has. */
export class VideoRows {
  readonly #sql: Statements
  readonly #rows = new Map<LiveVideoId, VideoRow>()
  readonly #grown = new Set<VideoRow>()

  constructor(sql: Statements) {
    this.#sql = sql
  }

  /** Null when its log has not begun. */
  find(liveVideoId: LiveVideoId): VideoRow | null {
    // As SQLite has it: two ids that differ in half a character only are one row.
    const id = liveVideoId.toWellFormed()
    const known = this.#rows.get(id)
    if (known) return known
    const row = findVideo(this.#sql, id)
    if (row) this.#rows.set(id, row)
    return row
  }

  begin(liveVideoId: LiveVideoId): VideoRow {
    this.#sql.insertVideo.run(liveVideoId, newEpoch())
    const row = this.find(liveVideoId)
    if (!row) throw new Error('a live video just inserted cannot be read')
    return row
  }

  /** The next sequence number of its log. */
  nextSeq(row: VideoRow): number {
    this.#grown.add(row)
    return ++row.head
  }

  writeHeads(): void {
    for (const { head, video } of this.#grown) this.#sql.setHead.run(head, video)
  }
}
