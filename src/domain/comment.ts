import type { LiveVideoId } from './live-video.ts'

export const roles = ['viewer', 'moderator', 'host'] as const
export type Role = (typeof roles)[number]

/** Who wrote a comment, as the token said when it was posted. */
export interface Author {
  id: string
  name: string
  avatarUrl?: string
  /** Left out for a plain viewer. */
  role?: 'moderator' | 'host'
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const nameControl = /[\u0000-\u001f\u007f-\u009f]/

/** Whether viewers can be shown it as a name: 1 to 100 characters, none of them a control character or half of one. */
export const isName = (text: string): boolean =>
  text.trim() !== '' && text.length <= 100 && text.isWellFormed() && !nameControl.test(text)

/** Sorts by time when ids are compared as text (UUID version 7, RFC 9562). */
export type CommentId = string

export interface Comment {
  id: CommentId
  /** Its sequence number in the event log of its live video. */
  seq: number
  liveVideoId: LiveVideoId
  author: Author
  text: string
  /** Milliseconds since 1970. */
  createdAt: number
  /** Milliseconds into the video. */
  offsetMs?: number
  /** The comment that this one answers. */
  replyTo?: CommentId
}
