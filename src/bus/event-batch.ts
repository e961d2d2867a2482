import { z } from 'zod'
import type { Comment } from '../domain/comment.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { keptBytes } from '../domain/kept-bytes.ts'
import { isLiveVideoId, type LiveVideoId } from '../domain/live-video.ts'

/** Of the shape on the wire: `{"version":1,"events":[…]}`, UTF-8. A reader takes no other. */
const version = 1

/** One batch of events as bytes for a wire, which may wait long for a broker that is away. */
export const encodeEventBatch = (events: readonly LiveVideoEvent[]): Buffer =>
  keptBytes(JSON.stringify({ version, events }))

export interface DecodedEventBatch {
  /** Those that were wanted, in the order of the batch. */
  events: LiveVideoEvent[]
  /** Events in the batch, wanted or not. */
  carried: number
  /** What of it could not be read, for the log; null: nothing. Never holds anything of a comment. */
  problem: string | null
}

/**
 * Reads what may be anything: never throws. An event that is none is left out, the others stay. `wanted` spares the
 * checking of events that nobody here asked for.
 */
export function decodeEventBatch(
  bytes: Uint8Array,
  wanted: (liveVideoId: LiveVideoId) => boolean = () => true,
): DecodedEventBatch {
  const entries = readEnvelope(bytes)
  if (typeof entries === 'string') return { events: [], carried: 0, problem: entries }
  const events: LiveVideoEvent[] = []
  let problem: string | null = null
  for (const [index, entry] of entries.entries()) {
    if (isForOthers(entry, wanted)) continue
    const read = eventShape.safeParse(entry)
    if (read.success) events.push(read.data)
    else
      problem ??= `event ${index} of ${entries.length} in a batch cannot be read: ${firstIssue(read.error)}`
  }
  return { events, carried: entries.length, problem }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The entries, or what is wrong. The errors of `JSON.parse` quote the text, so they are not passed on. */
function readEnvelope(bytes: Uint8Array): unknown[] | string {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch {
    return `${bytes.length} bytes that are no batch of events`
  }
  const read = envelopeShape.safeParse(value)
  if (!read.success) return 'JSON that is no batch of events'
  if (read.data.version !== version)
    return `a batch of version ${read.data.version}, where this node reads version ${version}`
  return read.data.events
}

const isForOthers = (entry: unknown, wanted: (liveVideoId: LiveVideoId) => boolean): boolean => {
  const liveVideoId = (entry as Partial<LiveVideoEvent> | null)?.liveVideoId
  return typeof liveVideoId === 'string' && !wanted(liveVideoId)
}

const firstIssue = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.join('.')}: ${issue?.message ?? ''}`

const envelopeShape = z.object({ version: z.int(), events: z.array(z.unknown()) })

const liveVideoId = z.string().refine(isLiveVideoId)
const commentId = z.string().min(1)
const seq = z.int().min(1)
const milliseconds = z.int()

const commentShape = z.object({
  id: commentId,
  seq,
  liveVideoId,
  author: z.object({
    id: z.string(),
    name: z.string(),
    avatarUrl: z.string().optional(),
    role: z.enum(['moderator', 'host']).optional(),
  }),
  text: z.string(),
  createdAt: milliseconds,
  offsetMs: z.number().optional(),
  replyTo: commentId.optional(),
}) satisfies z.ZodType<Comment>

const common = { liveVideoId, epoch: z.string().min(1), seq, at: milliseconds }

const eventShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('comment.created'), ...common, comment: commentShape }),
  z.object({ type: z.literal('comment.removed'), ...common, commentId, commentSeq: seq }),
  z.object({ type: z.literal('comment.pinned'), ...common, commentId: commentId.nullable() }),
  z.object({
    type: z.literal('settings.changed'),
    ...common,
    settings: z.object({ closed: z.boolean(), slowModeMs: z.number().nullable() }),
  }),
  z.object({ type: z.literal('comment.erased'), ...common }),
]) satisfies z.ZodType<LiveVideoEvent>
