import { z } from 'zod'
import { type Author, isName, roles } from '../domain/comment.ts'
import { ChorusError } from '../domain/errors.ts'
import { isLiveVideoId } from '../domain/live-video.ts'
import type { Identity } from './identity.ts'

/** The claims that Chorus reads; others are left to whoever else reads the token. */
const Claims = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().trim().refine(isName).optional(),
  picture: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .optional()
    .catch(undefined),
  role: z.enum(roles).default('viewer'),
  videos: z
    .union([z.literal('*'), z.array(z.string().refine((id) => id === '*' || isLiveVideoId(id)))])
    .default('*'),
  exp: z.number().int().positive(),
})

export type Claims = z.input<typeof Claims>

/** @throws ChorusError `token_invalid`, saying which claim is off */
export function identityOf(payload: unknown): Identity {
  const { data, error } = Claims.safeParse(payload)
  if (!data)
    throw new ChorusError('token_invalid', `The claim ${error.issues[0]?.path.join('.')} is missing or off.`)
  const { sub: id, name = data.sub, picture, role, videos, exp } = data
  const author: Author = {
    id,
    name,
    ...(picture && { avatarUrl: picture }),
    ...(role !== 'viewer' && { role }),
  }
  return { author, role, videos: videos.includes('*') ? '*' : (videos as string[]), expiresAt: exp * 1_000 }
}
