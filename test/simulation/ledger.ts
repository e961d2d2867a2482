import type { Comment, CommentId } from '../../src/domain/comment.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { EventLog } from './event-log.ts'
import type { NodeProcess } from './node-process.ts'
import type { World } from './world.ts'

/** What someone asked of a node, and what came of it. */
export interface Asked {
  process: NodeProcess
  liveVideoId: LiveVideoId
  what:
    | { kind: 'post'; authorId: string; text: string; key: string | undefined }
    | { kind: 'remove'; commentId: CommentId }
    | { kind: 'change' }
  /** The comment for a post, null for what has none. */
  answer: 'none yet' | { acknowledged: Comment | null } | { refused: string }
}

/** Checks what was acknowledged against the logs: each comment there once, each key one comment, each removal done. */
export function checkLedger(world: World, ledger: readonly Asked[]): void {
  for (const asked of ledger) {
    if (asked.answer === 'none yet' && asked.process.alive)
      world.problems.report('CM-1', `${asked.process.name} never answered ${JSON.stringify(asked.what)}`)
    if (asked.answer !== 'none yet' && 'acknowledged' in asked.answer)
      checkAcknowledged(world, ledger, asked, asked.answer.acknowledged)
  }
  for (const log of world.logs.all()) checkNumbers(world, log)
  checkKeys(world, ledger)
}

function checkAcknowledged(
  world: World,
  ledger: readonly Asked[],
  asked: Asked,
  comment: Comment | null,
): void {
  const { what, liveVideoId } = asked
  if (what.kind === 'post' && comment) {
    // A log that went back has what came before in both of its courses.
    const places = new Set(world.logs.generations(liveVideoId).flatMap((log) => placesOf(log, comment.id)))
    if (places.size !== 1 || !places.has(comment.seq))
      world.problems.report(
        'CM-1',
        `${comment.id}, acknowledged as ${comment.seq}, is at [${[...places]}] in the log`,
      )
    const texts = ledger.flatMap(({ what: other }) =>
      other.kind === 'post' && other.authorId === what.authorId && other.key === what.key ? [other.text] : [],
    )
    const own = what.key === undefined ? comment.text === what.text : texts.includes(comment.text)
    if (!own || comment.author.id !== what.authorId)
      world.problems.report(
        'CM-1',
        `${comment.id} was acknowledged to ${what.authorId}, who did not write it`,
      )
  }
  if (
    what.kind === 'remove' &&
    world.logs.generations(liveVideoId).some((log) => log.comment(what.commentId))
  )
    world.problems.report('CM-4', `${what.commentId} was removed and is still there`)
}

const placesOf = (log: EventLog, commentId: CommentId): number[] =>
  log.written.flatMap((event) =>
    event.type === 'comment.created' && event.comment.id === commentId ? [event.seq] : [],
  )

function checkNumbers(world: World, log: EventLog): void {
  for (const [index, event] of log.events.entries())
    if (event.seq !== index + 1 || event.epoch !== log.epoch)
      world.problems.report(
        'CM-2',
        `the event ${event.epoch}:${event.seq} stands at ${index + 1} of ${log.epoch}`,
      )
}

/** One key of one author is one comment, in one log. */
function checkKeys(world: World, ledger: readonly Asked[]): void {
  const first = new Map<string, CommentId>()
  for (const { what, answer, liveVideoId } of ledger) {
    if (what.kind !== 'post' || what.key === undefined || typeof answer === 'string') continue
    if (!('acknowledged' in answer) || !answer.acknowledged) continue
    const { id } = answer.acknowledged
    const log = world.logs.generations(liveVideoId).findIndex((one) => placesOf(one, id).length > 0)
    const key = `${liveVideoId} ${log} ${what.authorId} ${what.key}`
    const known = first.get(key) ?? id
    first.set(key, known)
    if (known !== id) world.problems.report('CM-3', `the key ${what.key} stored both ${known} and ${id}`)
  }
}
