import { ChorusError } from './errors.ts'

/** What viewers watch and comment on. The id is the platform's own: 1 to 128 of `A–Z a–z 0–9 . _ ~ -`. */
export type LiveVideoId = string

const pattern = /^[A-Za-z0-9._~-]{1,128}$/

/** Never `.` or `..`, which a browser or a proxy would fold away in a path. */
export const isLiveVideoId = (text: string): boolean => pattern.test(text) && text !== '.' && text !== '..'

/** @throws ChorusError `invalid_live_video_id` */
export function parseLiveVideoId(text: string): LiveVideoId {
  if (!isLiveVideoId(text)) throw new ChorusError('invalid_live_video_id')
  return text
}

/** The rules that a moderator sets for the comments of one live video. */
export interface Settings {
  /** Nobody can comment. */
  closed: boolean
  /** The least time between two comments of one author, in milliseconds; null is off. */
  slowModeMs: number | null
}

export const defaultSettings: Settings = Object.freeze({ closed: false, slowModeMs: null })
