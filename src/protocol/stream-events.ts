import { z } from 'zod'
import { Comment, CommentId, Position } from './api.ts'

const count = z.int().min(0)
const logged = {
  seq: z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Its place in the event log'),
  at: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Milliseconds since 1970'),
}

/** What is appended to the log of a live video. In a stream these events carry an `id:`. */
const loggedEvents = {
  'comment.created': Comment,
  'comment.removed': z
    .object({ ...logged, commentId: CommentId })
    .meta({ id: 'CommentRemoved', description: 'A comment was removed: forget its text' }),
  'comment.pinned': z
    .object({ ...logged, commentId: CommentId.nullable() })
    .meta({ id: 'CommentPinned', description: 'Another comment is pinned; null: none is any more' }),
  'settings.changed': z
    .object({ ...logged, closed: z.boolean(), slowModeMs: z.int().min(0).nullable() })
    .meta({ id: 'SettingsChanged', description: 'The settings of the live video as they are now' }),
}

/** What a stream says besides. These events carry no `id:`. */
const otherEvents = {
  viewers: z.object({ viewers: count }).meta({ id: 'ViewerCount', description: 'How many are watching now' }),
  gap: z
    .object({
      missed: count,
      reason: z.enum(['slow_viewer', 'too_far_behind', 'rate']).describe(
        // Said here once, for the document and for the SDK.
        '`slow_viewer`: the connection did not keep up. `too_far_behind`: the position is older than what is replayed. ' +
          '`rate`: a sample is shown, because the viewer asked for one or the server chose one on a hot live video; ' +
          'many such come in a row.',
      ),
    })
    .meta({ id: 'Gap', description: 'Events were left out on purpose. Load the history to see them.' }),
  reset: z.object({ position: Position }).meta({
    id: 'Reset',
    description:
      'The log is not the one that the position came from: forget what is shown and load the history again.',
  }),
  'auth.expired': z.object({}).meta({
    id: 'AuthExpired',
    description: 'The token has expired and the stream ends; come back with a new one.',
  }),
}

/** Every event of a stream, by name, with the shape of its data. */
export const streamEvents = { ...loggedEvents, ...otherEvents }

/** Whether events of that name are in the log of the live video. */
export const isLogged = (name: StreamEventName): boolean => name in loggedEvents

export type StreamEvents = { [Name in keyof typeof streamEvents]: z.infer<(typeof streamEvents)[Name]> }
export type StreamEventName = keyof StreamEvents
export type GapReason = StreamEvents['gap']['reason']
