import { z } from 'zod'
import { isName, roles } from '../domain/comment.ts'
import { type ProblemCode, problems } from '../domain/errors.ts'
import { textCharactersMax } from '../domain/text.ts'

/**
 * The JSON of the HTTP interface: what is checked, what /openapi.json shows, and what clients may type against.
 *
 * A schema with an `id` is a component of the document. A `pattern` in `meta` describes what the server checks elsewhere and
 * refuses with a code of its own, which a pattern of zod's would turn into `invalid_request`.
 */

const safeMax = Number.MAX_SAFE_INTEGER
const milliseconds = z.int().min(0).max(safeMax)

const liveVideoId = z.string().meta({
  description: 'The platform’s id of the live video: 1 to 128 of A–Z a–z 0–9 . _ ~ -, and neither . nor ..',
  pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._~-]{1,128}$',
  examples: ['lobby'],
})

export const CommentId = z
  .string()
  .min(1)
  .max(64)
  .meta({
    description: 'Sorts by time (UUID version 7)',
    examples: ['01939b1e-8c00-7d5e-9c52-6f1f8a1f0c3a'],
  })

/** The last of 16 digits stop short of the largest integer that JSON carries exactly. */
const positionPattern = '^(-:0|[A-Za-z0-9]{4,32}:(0|[1-9]\\d{0,14}|[1-8]\\d{15})(:[0-9a-z]{1,4})?)$'

/** A place in an event log, as clients see it. */
export const Position = z.string().meta({
  id: 'Position',
  description: 'A place in the event log of a live video. Opaque: pass it as it came.',
  pattern: positionPattern,
})

export const LiveVideoParams = z.object({ liveVideoId })
export const CommentParams = z.object({ liveVideoId, commentId: CommentId })

const text = z.string().meta({
  description:
    'Something to see, and no control characters but the line feed. Line ends become \\n, and space around the text goes.',
  minLength: 1,
  maxLength: textCharactersMax,
  pattern:
    '^\\s*[^\\s\\u0000-\\u001f\\u007f-\\u009f]([^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]|\\r\\n)*\\s*$',
  examples: ['Hello from the third row'],
})
const offsetMs = milliseconds
  .max(1e12)
  .meta({ description: 'Milliseconds into the video', examples: [61_500] })

export const NewComment = z
  .object({ text, replyTo: CommentId.optional(), offsetMs: offsetMs.optional() })
  .meta({
    id: 'NewComment',
    description: 'What an author writes. Who wrote it is read from the token.',
    examples: [{ text: 'Hello from the third row', offsetMs: 61_500 }],
  })

export const NewCommentAnywhere = NewComment.extend({ liveVideoId }).meta({
  id: 'NewCommentAnywhere',
  description: 'A new comment that names its live video itself',
  examples: [{ liveVideoId: 'lobby', text: 'Hello from the third row' }],
})

/** Letters and digits of any token or id scheme; no spaces, so that a header folded on the way is noticed. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .optional()
  .meta({
    description:
      'The same key of the same author in the same live video stores once, however often it is sent.',
    examples: ['7c0f6d0e-6f0b-4f0e-9b53-0a2f5f0f6b1d'],
  })

const Author = z
  .object({
    id: z.string().min(1).max(200),
    name: z.string().min(1).max(200),
    avatarUrl: z.string().max(2_000).meta({ format: 'uri' }).optional(),
    role: z.enum(['moderator', 'host']).optional().describe('Left out for a plain viewer'),
  })
  .meta({ id: 'Author', description: 'Who wrote a comment, as the token said when it was posted' })

export const Comment = z
  .object({
    id: CommentId,
    seq: z.int().min(1).max(safeMax).describe('Its sequence number in the event log of its live video'),
    liveVideoId,
    author: Author,
    text: z.string().meta({ minLength: 1, maxLength: textCharactersMax }),
    createdAt: milliseconds.describe('Milliseconds since 1970'),
    offsetMs: offsetMs.optional(),
    replyTo: CommentId.optional(),
  })
  .meta({
    id: 'Comment',
    description: 'A comment as it was stored',
    examples: [
      {
        id: '01939b1e-8c00-7d5e-9c52-6f1f8a1f0c3a',
        seq: 7,
        liveVideoId: 'lobby',
        author: { id: 'u-17', name: 'Ann' },
        text: 'Hello from the third row',
        createdAt: 1_733_400_000_000,
        offsetMs: 61_500,
      },
    ],
  })

/** A whole number in a query, written in digits and no other way. */
const wholeNumber = (minimum: number, maximum: number, fallback: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .default(fallback)
    .meta({ description, override: { type: 'integer', minimum, maximum, default: fallback } })

export const CommentPageQuery = z.object({
  before: Position.optional().describe('Comments older than this place. Not together with `after`.'),
  after: Position.optional().describe('Comments newer than this place. Not together with `before`.'),
  limit: wholeNumber(1, 200, 50, 'Comments on a page'),
})

export const CommentPage = z
  .object({
    comments: z
      .array(Comment)
      .max(200)
      .describe('Newest first; fewer than `limit` where their texts are long'),
    before: Position.nullable().describe('Pass as `before` for older comments; null when there are none'),
    after: Position.describe(
      'Pass as `after` for newer comments, or as Last-Event-ID to stream on from here',
    ),
  })
  .meta({ id: 'CommentPage', description: 'A page of comments with the way on in both directions' })

/** A position, or nothing: clients that have none yet may send an empty one. */
const lastEventId = (description: string) =>
  z
    .string()
    .optional()
    .meta({ description, pattern: positionPattern.replace('^(', '^(|') })

export const StreamQuery = z.object({
  history: wholeNumber(0, 200, 50, 'How many of the newest comments come first'),
  lastEventId: lastEventId(
    'The same as the header Last-Event-ID, which goes first; in any case, and also as last-event-id',
  ),
  last_event_id: lastEventId('The same as lastEventId, which goes first'),
  ticket: z.string().max(4_096).optional(),
  rate: z
    .string()
    .max(16)
    .optional()
    .meta({
      description: 'Comments per second to be shown, 0.5 or more, or `all`; left out: the server chooses',
      pattern: '^(all|0+\\.[5-9]\\d*|0*[1-9]\\d*(\\.\\d+)?)$',
      examples: ['5'],
    }),
})

/** Where a viewer was, for a stream that goes on there. */
export const LastEventId = lastEventId(
  'Where the viewer was: the stream goes on there. A browser sends it by itself.',
)

export const LiveVideo = z
  .object({
    liveVideoId,
    viewers: z.int().min(0).describe('Open streams'),
    closed: z.boolean().describe('Nobody can comment'),
    slowModeMs: z
      .int()
      .min(0)
      .nullable()
      .describe('Least time between two comments of an author; null is off'),
    pinnedComment: Comment.nullable(),
    position: Position.describe('Where the event log stands; what is shown here holds all events up to it'),
  })
  .meta({ id: 'LiveVideo', description: 'The state of a live video' })

export const LiveVideoPatch = z
  .strictObject({
    closed: z.boolean(),
    slowModeMs: z.int().min(1_000).max(3_600_000).nullable(),
    pinnedCommentId: CommentId.nullable(),
  })
  .partial()
  .meta({
    id: 'LiveVideoPatch',
    description: 'What a moderator changes; what is left out stays as it is',
    examples: [{ slowModeMs: 10_000 }],
  })

export const Nothing = z.null().describe('Done')

export const Ticket = z
  .object({ ticket: z.string().max(4_096), expiresAt: milliseconds.describe('Milliseconds since 1970') })
  .meta({ id: 'Ticket', description: 'Opens the stream of one live video, for a minute' })
export const Token = z
  .object({ token: z.string().max(4_096), expiresAt: milliseconds.describe('Milliseconds since 1970') })
  .meta({ id: 'Token', description: 'A token to be sent as `Authorization: Bearer`' })
/** Counted in code points, so that any of them are short enough for a name, which is counted in UTF-16 units. */
export const demoNameCharactersMax = 50
export const DemoTokenRequest = z
  .object({
    name: z
      .string()
      .trim()
      .refine(isName, 'is empty or holds a control character')
      .refine((name) => [...name].length <= demoNameCharactersMax, 'is too long')
      .meta({
        minLength: 1,
        maxLength: demoNameCharactersMax,
        pattern:
          '^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$',
      }),
    role: z.enum(roles).default('viewer'),
  })
  .meta({ id: 'DemoTokenRequest', examples: [{ name: 'Ann', role: 'moderator' }] })

export const Problem = z
  .object({
    type: z.string().meta({ format: 'uri' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional(),
    code: z.enum(Object.keys(problems) as ProblemCode[]).describe('Stable, never used for another meaning'),
    retryable: z.boolean().describe('The same request may succeed later, unchanged'),
    retryAfterMs: z.int().min(0).optional().describe('When it may, in milliseconds from now'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .max(10)
      .optional()
      .describe('What is wrong, place by place'),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused or failed (RFC 9457)' })

export type CommentPage = z.infer<typeof CommentPage>
export type LiveVideo = z.infer<typeof LiveVideo>
export type LiveVideoPatch = z.infer<typeof LiveVideoPatch>
export type NewComment = z.infer<typeof NewComment>
export type Problem = z.infer<typeof Problem>
export type Token = z.infer<typeof Token>
export type Ticket = z.infer<typeof Ticket>
