import type { Command, Outcome } from '../domain/command.ts'
import type { Comment } from '../domain/comment.ts'
import type { Asker } from '../domain/concurrency-limit.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import type { LiveVideoId, Settings } from '../domain/live-video.ts'
import type { Epoch } from '../domain/position.ts'

/** Where an event log ends. `epoch` is null and `seq` 0 while nothing was appended. */
export interface Head {
  epoch: Epoch | null
  seq: number
}

/** The end of a log that has begun. */
export interface DatedHead extends Head {
  /** When the last event was appended, in milliseconds since 1970. */
  at: number
  /** Of the store: another one whenever it was started anew, which it must be to go back in time. */
  incarnation: string
}

/** About how many bytes of JSON a page of events holds: it is made for one write to one viewer. */
export const eventPageBytesMax = 65_536

/** About how many bytes of JSON a page of comments holds: it is made for one client, which may never read it. */
export const commentPageBytesMax = 131_072

/** Part of a log in order, and its head when it was read. */
export interface EventPage {
  head: Head
  events: LiveVideoEvent[]
}

export interface LiveVideoState {
  head: Head
  /** When the last event was appended; null where there is none. */
  headAt: number | null
  settings: Settings
  pinnedComment: Comment | null
}

/** Which comments: the newest `limit` of those before or after a sequence number (both exclusive). */
export type CommentRange =
  | { kind: 'newest'; limit: number }
  | { kind: 'before'; seq: number; limit: number }
  /** The `limit` oldest after `seq`: those next to the cursor, so that a reader going forward misses none. */
  | { kind: 'after'; seq: number; limit: number }

/** Comments that were not removed, newest first, and the head of their log when they were read. */
export interface CommentList {
  head: Head
  comments: Comment[]
  /** Whether it ends because it is full, of comments or of bytes: further on there may be more. */
  isFull: boolean
}

/**
 * The reading half of the store: all that a realtime node is given. Reads take turns by their `asker`, the server's own
 * first (no asker), and reject with `too_many_requests`, `overloaded` or `store_unavailable`.
 */
export interface EventReader {
  /**
   * The events with a sequence number above `afterSeq`, in order and without holes: `limit` at most, fewer once they hold
   * more than `eventPageBytesMax`, and one at least where there is one.
   */
  readEvents(liveVideoId: LiveVideoId, afterSeq: number, limit: number, asker?: Asker): Promise<EventPage>
  /** The sequence number after which the newest `count` comments (removed ones aside) stand. */
  readHistoryStart(liveVideoId: LiveVideoId, count: number, asker?: Asker): Promise<number>
  /** The heads of many logs; a log that has not begun is left out. */
  readHeads(liveVideoIds: LiveVideoId[], asker?: Asker): Promise<Map<LiveVideoId, DatedHead>>
  /**
   * When the event `seq` was appended, in milliseconds since 1970; null where there is none. It tells an event from another
   * one that has its number after the store was restored from a backup.
   */
  readAt(liveVideoId: LiveVideoId, seq: number, asker?: Asker): Promise<number | null>
  readLiveVideo(liveVideoId: LiveVideoId, asker?: Asker): Promise<LiveVideoState>
  /** The id of the store: no other has it, but for one that was restored from its backup. @throws ChorusError `store_unavailable` */
  readStoreId(): Promise<string>
  /** Resolves when the store answers; not behind reads that wait for their turn. @throws ChorusError `store_unavailable` */
  probe(): Promise<void>
}

/** Stores comments: one append-only event log per live video, and what is projected from it. */
export interface CommentStore extends EventReader {
  /**
   * Decides each command (`domain/decide.ts`) and appends its events, all in one transaction, in the order given.
   * Each event has the next sequence number of its live video. A removed comment's text is erased with the removal.
   * Durable (fsynced) when it resolves. When it rejects, the batch may be stored or not, but whole or not at all: the
   * answer to a commit can be lost on its way. A command with an idempotency key can be given again; it is not stored
   * twice.
   * @throws ChorusError `store_unavailable`, `overloaded`
   */
  append(commands: Command[]): Promise<Outcome[]>
  /**
   * Resolves when a comment could be stored right now; however much else is asked for, it does not wait in a queue.
   * @throws ChorusError `store_unavailable`
   */
  checkWritable(): Promise<void>
  /**
   * The comments next to the range's end: `limit` at most, fewer once they hold more than `commentPageBytesMax`, and one at
   * least where there is one.
   */
  readComments(liveVideoId: LiveVideoId, range: CommentRange, asker?: Asker): Promise<CommentList>
  /** Finishes what was asked; whatever is asked afterwards is refused. */
  close(): Promise<void>
}
