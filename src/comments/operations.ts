import { z } from 'zod'
import { type Operation, readingProblems, storeProblems } from '../http/operation.ts'
import { IdempotencyKey } from '../protocol/api.ts'

/** What /openapi.json says of the routes of the Comment Management Service. */

const creating = {
  tag: 'comments',
  access: 'token',
  headers: z.object({ 'Idempotency-Key': IdempotencyKey }),
  answers: {
    201: 'The comment, stored',
    200: 'The comment that was stored before under this Idempotency-Key',
  },
  problems: [
    'invalid_live_video_id',
    'invalid_text',
    'invalid_idempotency_key',
    'unknown_reply_target',
    'comments_closed',
    'comment_removed',
    'rate_limited',
    'slow_mode',
    ...storeProblems,
  ],
} satisfies Partial<Operation>

export const postComment: Operation = { ...creating, id: 'postComment', summary: 'Post a comment' }

export const createComment: Operation = {
  ...creating,
  id: 'createComment',
  summary: 'Post a comment, the LiveVideoId in the body',
}

export const listComments: Operation = {
  id: 'listComments',
  tag: 'comments',
  access: 'open',
  summary: 'A page of comments, newest first',
  description: 'Without `before` and `after`: the newest. Not both at once.',
  answers: { 200: 'The page, and where the next ones begin' },
  problems: ['invalid_live_video_id', 'invalid_cursor', ...readingProblems],
}

export const removeComment: Operation = {
  id: 'removeComment',
  tag: 'comments',
  access: 'token',
  summary: 'Remove a comment: one’s own, or any as a moderator',
  description: 'Its text is erased. Removing it again does nothing.',
  answers: { 204: 'It is removed' },
  problems: ['invalid_live_video_id', 'not_allowed', 'comment_not_found', 'rate_limited', ...storeProblems],
}

export const changeLiveVideo: Operation = {
  id: 'changeLiveVideo',
  tag: 'live videos',
  access: 'token',
  summary: 'Change the settings of a live video (moderator)',
  answers: { 204: 'They are changed, and viewers are told' },
  problems: ['invalid_live_video_id', 'not_allowed', 'unknown_pin_target', 'rate_limited', ...storeProblems],
}
