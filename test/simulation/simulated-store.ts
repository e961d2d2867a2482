import { ChorusError } from '../../src/domain/errors.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { Clock } from '../../src/domain/time.ts'
import {
  type CommentList,
  type CommentRange,
  type CommentStore,
  commentPageBytesMax,
  type DatedHead,
  type EventPage,
  eventPageBytesMax,
} from '../../src/store/store.ts'
import type { EventLogs } from './event-logs.ts'
import type { SeededRandom } from './random.ts'

/** How a store behaves towards those who call it. */
export interface StoreWeather {
  /** Either way: to the store, and back. */
  latencyMsMax: number
  /** The share of calls that are refused with `store_unavailable`, nothing done. */
  failures: number
  /** Replies that arrive within so long of each other are read in one turn; 0: each in its own. */
  replyTurnMs: number
}

export interface StoreLink {
  clock: Clock
  random: SeededRandom
  weather: StoreWeather
  /** How an event looks on its way to the caller. */
  carry: (event: LiveVideoEvent) => LiveVideoEvent
}

/** A connection to the logs: every call is carried out at one moment, and answered some time later. */
export function simulatedStore(logs: EventLogs, link: StoreLink): CommentStore {
  const call = caller(link)
  const { carry } = link
  return {
    append: (commands) => call(() => logs.append(commands, link.clock.now())),
    checkWritable: () => call(() => {}),
    readEvents: (id, afterSeq, limit) => call(() => page(logs, id, afterSeq, limit)).then(carried),
    readHistoryStart: (id, count) => call(() => logs.current(id).historyStart(count)),
    readHeads: (ids) => call(() => heads(logs, ids)),
    readAt: (id, seq) => call(() => logs.current(id).written[seq - 1]?.at ?? null),
    readLiveVideo: (id) =>
      call(() => {
        const { head, settings, pinnedCommentId } = logs.current(id)
        const pinnedComment = pinnedCommentId === null ? null : logs.current(id).comment(pinnedCommentId)
        return { head, headAt: logs.current(id).written.at(-1)?.at ?? null, settings, pinnedComment }
      }),
    readComments: (id, range) => call(() => commentList(logs, id, range)),
    readStoreId: () => call(() => 'simulated'),
    probe: () => call(() => {}),
    close: async () => {},
  }

  function carried({ head, events }: EventPage): EventPage {
    return { head, events: events.map(carry) }
  }
}

function heads(logs: EventLogs, ids: string[]): Map<string, DatedHead> {
  const dated = ids.flatMap((id) => {
    const { head, written } = logs.current(id)
    const last = written.at(-1)
    return last ? [[id, { ...head, at: last.at, incarnation: logs.incarnation }] as const] : []
  })
  return new Map(dated)
}

function page(logs: EventLogs, liveVideoId: string, afterSeq: number, limit: number): EventPage {
  const { head, events } = logs.current(liveVideoId)
  const wanted = events.slice(afterSeq, afterSeq + limit)
  let size = 0
  const end = wanted.findIndex((event) => {
    const full = size > eventPageBytesMax
    size += event.type === 'comment.created' ? event.comment.text.length : 0
    return full
  })
  return { head, events: end === -1 ? wanted : wanted.slice(0, end) }
}

function commentList(logs: EventLogs, liveVideoId: string, range: CommentRange): CommentList {
  const log = logs.current(liveVideoId)
  const wanted = log.comments(range)
  // Newest first, but counted from the cursor.
  if (range.kind === 'after') wanted.reverse()
  let bytes = 0
  const comments = wanted.filter((comment) => {
    const fits = bytes <= commentPageBytesMax
    bytes += Buffer.byteLength(JSON.stringify(comment))
    return fits
  })
  if (range.kind === 'after') comments.reverse()
  const isFull = comments.length === range.limit || bytes > commentPageBytesMax
  return { head: log.head, comments, isFull }
}

function caller({ clock, random, weather }: StoreLink): <T>(execute: () => T) => Promise<T> {
  const reply = replies(clock, weather)
  const latency = () => random.next() * weather.latencyMsMax
  return (execute) =>
    new Promise((resolve, reject) => {
      const failed = random.chance(weather.failures)
      clock.after(latency(), () => {
        if (failed) return reply(latency(), () => reject(new ChorusError('store_unavailable')))
        const value = execute()
        reply(latency(), () => resolve(value))
      })
    })
}

/** Several replies that come in one packet are handed out in one turn, their callers running on side by side. */
function replies(clock: Clock, { replyTurnMs }: StoreWeather): (delayMs: number, run: () => void) => void {
  const turns = new Map<number, (() => void)[]>()
  return (delayMs, run) => {
    if (replyTurnMs === 0) return void clock.after(delayMs, run)
    const at = Math.ceil((clock.elapsed() + delayMs) / replyTurnMs) * replyTurnMs
    const waiting = turns.get(at)
    if (waiting) return void waiting.push(run)
    const turn = [run]
    turns.set(at, turn)
    clock.after(at - clock.elapsed(), () => {
      turns.delete(at)
      for (const one of turn) one()
    })
  }
}
