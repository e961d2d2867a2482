import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import { type Epoch, formatPosition, type Position, parsePosition } from '../../src/domain/position.ts'
import type { StreamEvents } from '../../src/protocol/stream-events.ts'
import type { EventLog } from './event-log.ts'
import type { EventLogs } from './event-logs.ts'

type Gap = StreamEvents['gap']

export interface TranscriptParts {
  liveVideoId: LiveVideoId
  logs: EventLogs
  /** Comments of history that a fresh viewer asks for. */
  history: number
  report: (rule: string, what: string) => void
  /** Whether a gap for this reason can be right: it is asked when one is told, `missed` events from `cursor` on. */
  mayLeaveOut: (reason: Gap['reason'], cursor: Position) => boolean
  /** Whether it is a comment that a sample may leave out, as long as a gap counts it. */
  isSampled: (event: LiveVideoEvent) => boolean
}

/**
 * What one viewer was told, checked against the log as it comes: after its start position every event once and in
 * order, but for those whose comment was erased, and for what a `gap` says is left out.
 */
export class Transcript {
  readonly #parts: TranscriptParts
  /** After which event the viewer is; null until a fresh viewer has been told where it begins. */
  cursor: Position | null
  #gap: Gap | null = null
  #reset: string | null = null
  /** What a sample has left out, by its gap to come. */
  #leftOut: Position[] = []
  /**
   * It was told of events that no log has together: a node did not know yet that its log went back, and owes it a reset
   * for as long as it stays.
   */
  #isMixed = false
  /** Log events that were told. */
  events = 0

  constructor(parts: TranscriptParts, cursor: Position | null) {
    this.#parts = parts
    this.cursor = cursor
  }

  /** What was begun on the last connection and not finished is void. */
  connected(): void {
    this.#gap = null
    this.#reset = null
    this.#leftOut = []
    this.#isMixed = false
  }

  /** Whether everything that is in the log now was told. */
  complete(): boolean {
    const log = this.#log()
    const seq = log.events.length
    if (seq === 0) return true
    if (this.#isMixed) return false
    if (!this.cursor || !this.#branchesWith(this.cursor, log.epoch).includes(log)) return false
    return this.cursor.seq <= seq && log.erasedBetween(this.cursor.seq, seq) && this.#untold() === 0
  }

  event(id: string, name: string | undefined, data: string): void {
    const position = parsePosition(id)
    if (!this.cursor) return this.#report('RT-1', `${id} before any start position`)
    if (this.#gap || this.#reset) return this.#report('RT-7', `${id} between a gap or reset and its position`)
    this.#follow(position)
    const written = this.#parts.logs.written(position)
    if (!written.some((event) => tells(event, name, data)))
      this.#report('RT-1', `${id} is not what was stored: ${name} ${data}`)
    this.cursor = position
    this.events++
  }

  notice(name: string | undefined, data: string): void {
    if (name === 'gap') this.#gap = JSON.parse(data) as Gap
    else if (name === 'reset') this.#reset = (JSON.parse(data) as StreamEvents['reset']).position
    else if (name === 'viewers') this.#checkViewers(JSON.parse(data) as StreamEvents['viewers'])
    else if (name !== 'auth.expired') this.#report('RT-1', `an event without an id: ${name}`)
  }

  /** An id without an event: it only says where the viewer is. */
  position(id: string): void {
    const to = parsePosition(id)
    if (this.#reset !== null) this.#checkReset(to, this.#reset)
    else if (!this.cursor) this.#checkStart(to)
    else if (this.#gap && this.#gap.reason !== 'rate') this.#checkGap(this.cursor, to, this.#gap)
    else this.#skip(this.cursor, to)
    this.#checkLeftOut(this.#gap?.reason === 'rate' ? this.#gap.missed : 0, id)
    this.#gap = null
    this.#reset = null
    this.cursor = to
  }

  /** Forgets everything, as a page that is loaded again does. */
  startAnew(): void {
    this.#isMixed = false
    this.cursor = null
  }

  #follow(to: Position): void {
    const { epoch, seq } = this.cursor ?? to
    const id = formatPosition(to)
    if (epoch !== null && to.epoch !== epoch)
      this.#report('RT-6', `${id} after ${epoch}:${seq} without a reset`)
    else if (to.seq <= seq) this.#report('RT-1', `${id} again, after ${seq}`)
    else this.#skip(this.cursor ?? to, { epoch: to.epoch, seq: to.seq - 1 }, to)
  }

  /** @param epoch of the log, where the position is one of a log that has not begun */
  #branchesWith(position: Position, epoch: Epoch | null): EventLog[] {
    return this.#parts.logs.branchesWith({ ...position, epoch: position.epoch ?? epoch })
  }

  /** Only what was erased may be passed over in silence; what a sample leaves out, until its gap tells. */
  #skip(from: Position, to: Position, towards = to): void {
    const epoch = from.epoch ?? to.epoch
    const moved = `moved from ${formatPosition(from)} to ${formatPosition(to)}`
    if (epoch !== (to.epoch ?? epoch)) return this.#report('RT-6', `${moved} without a reset`)
    if (to.seq < from.seq) return this.#report('RT-1', moved)
    if (epoch === null) return
    const { isSampled } = this.#parts
    const after = this.#branchesWith(towards, epoch)
    const courses = this.#branchesWith(from, epoch).filter((log) => after.includes(log))
    if (courses.length === 0) {
      this.#isMixed = true
      return
    }
    const log = courses.find((one) => one.erasedBetween(from.seq, to.seq)) ?? courses.at(-1)
    for (let seq = from.seq + 1; seq <= to.seq; seq++) {
      const written = log?.written[seq - 1]
      if (written && isSampled(written)) this.#leftOut.push({ epoch, seq })
      else if (!log?.erasedBetween(seq - 1, seq)) this.#report('RT-1', `${epoch}:${seq} never came`)
    }
  }

  /** Whether a removed comment is counted depends on when the node heard of it. */
  #checkLeftOut(missed: number, id: string): void {
    if (missed < this.#untold() || missed > this.#leftOut.length)
      this.#report('RT-20', `${missed} counted up to ${id} of ${this.#leftOut.length} that a sample left out`)
    this.#leftOut = []
  }

  /** Comments that a sample has left out and that are still there to be shown. */
  #untold(): number {
    const { logs } = this.#parts
    return this.#leftOut.filter(({ epoch, seq }) => !logs.ofEpoch(epoch)?.erasedBetween(seq - 1, seq)).length
  }

  #checkStart(to: Position): void {
    const { logs } = this.#parts
    if (to.epoch !== null && !logs.ofEpoch(to.epoch))
      return this.#report('RT-2', `began at ${formatPosition(to)}, which is no log`)
    // A node that does not know yet that its log is gone, or went back, says so soon, by a reset.
    const current = this.#log()
    if (current.epoch !== to.epoch || (logs.wentBack(current) && !logs.branchesWith(to).includes(current)))
      return
    const possible = logs.branchesOf(to.epoch)
    if (possible.every((log) => !this.#mayBegin(to, log)))
      this.#report('RT-2', `began at ${formatPosition(to)} for a history of ${this.#parts.history}`)
  }

  #mayBegin(to: Position, log: EventLog): boolean {
    const after = log.written.slice(to.seq).filter(({ type }) => type === 'comment.created').length
    const left = log.events.slice(0, to.seq).some(({ type }) => type === 'comment.created')
    return to.seq <= log.events.length && (after >= this.#parts.history || !left)
  }

  #checkReset(to: Position, told: string): void {
    this.#isMixed = false
    if (formatPosition(to) !== told)
      this.#report('RT-6', `reset to ${told}, then the position ${formatPosition(to)}`)
    if (this.cursor && !this.#isForeign(this.cursor, to))
      this.#report('RT-6', `reset from ${formatPosition(this.cursor)} to ${told} without need`)
    if (to.epoch !== null && !this.#parts.logs.ofEpoch(to.epoch))
      this.#report('RT-6', `reset to no log: ${told}`)
  }

  /** Whether the log that a position is of can be another one for the node. */
  #isForeign(cursor: Position, to: Position): boolean {
    const { logs, liveVideoId } = this.#parts
    const [first, second] = logs.generations(liveVideoId)
    // What can no longer be compared, since a ring holds little, is taken for another log.
    if (cursor.seq > this.#log().events.length || logs.wereRestored) return true
    if (second) return cursor.epoch !== to.epoch || cursor.epoch === null
    return cursor.epoch !== null && cursor.epoch !== first?.epoch
  }

  #checkGap(from: Position, to: Position, { missed, reason }: Gap): void {
    const told = `a gap of ${missed} (${reason}) from ${formatPosition(from)} to ${formatPosition(to)}`
    if (!this.#parts.mayLeaveOut(reason, from)) this.#report('RT-7', `${told} without need`)
    const begins = to.seq - missed
    const logs = this.#branchesWith(to, to.epoch)
    const fits = missed > 0 && begins >= from.seq && logs.some((log) => log.erasedBetween(from.seq, begins))
    if (!fits || (from.epoch ?? to.epoch) !== to.epoch) this.#report('RT-7', `${told} does not fit`)
  }

  #checkViewers({ viewers }: StreamEvents['viewers']): void {
    if (!(viewers >= 1)) this.#report('RT-1', `${viewers} viewers`)
  }

  #log(): EventLog {
    return this.#parts.logs.current(this.#parts.liveVideoId)
  }

  #report(rule: string, what: string): void {
    this.#parts.report(rule, what)
  }
}

/** Whether an event of the stream says what stands in the log. */
function tells(written: LiveVideoEvent, name: string | undefined, data: string): boolean {
  if (written.type !== name) return false
  if (written.type === 'comment.created') return data === JSON.stringify(written.comment)
  const told = JSON.parse(data)
  if (written.type === 'settings.changed') return told.closed === written.settings.closed
  return told.commentId === (written as { commentId: string | null }).commentId && told.seq === written.seq
}
