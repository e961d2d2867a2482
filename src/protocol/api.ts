import { z } from 'zod'
import { isName, roles } from '../domain/comment.ts'
import { type ProblemCode, problems } from '../domain/errors.ts'

/** The JSON of the HTTP interface: what is checked, what /openapi.json shows, and what clients may type against. */

const liveVideoId = z
  .string()
  .describe('The platform’s id of the live video: 1 to 128 of A–Z a–z 0–9 . _ ~ -')
const commentId = z.string().min(1).max(64).describe('Sorts by time (UUID version 7)')
const cursor = z.string().max(64).describe('Opaque: as it came in a page or an SSE id')
const milliseconds = z.int().min(0)

export const LiveVideoParams = z.object({ liveVideoId })
export const CommentParams = z.object({ liveVideoId, commentId })

export const NewComment = z
  .object({
    text: z.string().describe('1 to 5,000 characters; no control characters but the line feed'),
    replyTo: commentId.optional(),
    offsetMs: milliseconds.max(1e12).optional().describe('Milliseconds into the video'),
  })
  .describe('What an author writes. Who wrote it is read from the token.')

export const NewCommentAnywhere = NewComment.extend({ liveVideoId })

/** Letters and digits of any token or id scheme; no spaces, so that a header folded on the way is noticed. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,200}$/)

const Author = z.object({
  id: z.string(),
  name: z.string(),
  avatarUrl: z.string().optional(),
  role: z.enum(['moderator', 'host']).optional(),
})

export const Comment = z.object({
  id: commentId,
  seq: z.int().min(1).describe('Its sequence number in the event log of its live video'),
  liveVideoId,
  author: Author,
  text: z.string(),
  createdAt: milliseconds.describe('Milliseconds since 1970'),
  offsetMs: milliseconds.optional(),
  replyTo: commentId.optional(),
})

export const CommentPageQuery = z.object({
  before: cursor.optional(),
  after: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const CommentPage = z.object({
  comments: z.array(Comment).describe('Newest first; fewer than `limit` where their texts are long'),
  before: cursor.nullable().describe('Pass as `before` for older comments; null when there are none'),
  after: cursor.describe('Pass as `after` for newer comments, or as Last-Event-ID to stream on from here'),
})

export const StreamQuery = z.object({
  history: z.coerce.number().int().min(0).max(200).default(50),
  lastEventId: z.string().max(64).optional(),
  last_event_id: z.string().max(64).optional(),
  ticket: z.string().max(4_096).optional(),
  rate: z
    .string()
    .max(16)
    .optional()
    .describe('Comments per second to be shown, 0.5 or more, or `all`; left out: the server chooses'),
})

/** The one answer that is not JSON. */
export const EventStream = z.string().describe('Server-sent events (text/event-stream), without an end')

export const LiveVideo = z.object({
  liveVideoId,
  viewers: z.int().min(0).describe('Open streams'),
  closed: z.boolean(),
  slowModeMs: z.int().nullable(),
  pinnedComment: Comment.nullable(),
  position: z.string().describe('Where the event log stands; what is shown here holds all events up to it'),
})

export const LiveVideoPatch = z
  .strictObject({
    closed: z.boolean(),
    slowModeMs: z.int().min(1_000).max(3_600_000).nullable(),
    pinnedCommentId: commentId.nullable(),
  })
  .partial()

// As text: a schema for headers would have every request's headers copied to check them.
export const idempotencyDescription =
  'With an Idempotency-Key header (1 to 200 visible ASCII characters), the same key of the same author stores once.'

/** For the OpenAPI document: an operation that needs a token. */
export const withToken = [{ bearer: [] }]

export const Nothing = z.null().describe('Done')

export const Ticket = z.object({ ticket: z.string(), expiresAt: milliseconds })
export const Token = z.object({ token: z.string(), expiresAt: milliseconds })
export const DemoTokenRequest = z.object({
  name: z.string().trim().min(1).max(60).refine(isName, 'holds a control character'),
  role: z.enum(roles).default('viewer'),
})

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.enum(Object.keys(problems) as ProblemCode[]).describe('Stable, never used for another meaning'),
    retryable: z.boolean(),
    retryAfterMs: z.int().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .describe('RFC 9457')

export type CommentPage = z.infer<typeof CommentPage>
export type LiveVideo = z.infer<typeof LiveVideo>
export type LiveVideoPatch = z.infer<typeof LiveVideoPatch>
export type NewComment = z.infer<typeof NewComment>
export type Problem = z.infer<typeof Problem>
export type Token = z.infer<typeof Token>
export type Ticket = z.infer<typeof Ticket>
