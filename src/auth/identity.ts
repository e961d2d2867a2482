import type { Actor } from '../domain/command.ts'
import type { Author, Role } from '../domain/comment.ts'
import { ChorusError } from '../domain/errors.ts'
import type { LiveVideoId } from '../domain/live-video.ts'

/** Who a token says is asking, and for how long. */
export interface Identity {
  author: Author
  role: Role
  /** The live videos that it is good for. */
  videos: '*' | LiveVideoId[]
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** @throws ChorusError `video_not_allowed` */
export function requireVideo(identity: Identity, liveVideoId: LiveVideoId): void {
  if (identity.videos !== '*' && !identity.videos.includes(liveVideoId))
    throw new ChorusError('video_not_allowed')
}

export const actorOf = ({ author, role }: Identity): Actor => ({ author, role })
