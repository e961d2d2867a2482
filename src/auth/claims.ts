import { z } from 'zod'
import { type Author, isName, roles } from '../domain/comment.ts'
import { ChorusError } from '../domain/errors.ts'
import { isLiveVideoId } from '../domain/live-video.ts'
import type { Identity } from './identity.ts'

/** Seconds since 1970 that are no date of ours any more (the year 5138), but what a clock in milliseconds shows. */
export const secondsMax = 1e11

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const control = /[\u0000-\u001f\u007f-\u009f]/

/** The claims that Chorus reads; others are ignored. */
const Claims = z
  .object({
    sub: z
      .string()
      .min(1)
      .max(200)
      .refine((text) => text.isWellFormed() && !control.test(text)),
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
    exp: z.number().positive().max(secondsMax),
  })
  .refine(({ sub, name = sub }) => isName(name), { path: ['sub as a name'] })

export type Claims = z.input<typeof Claims>

const nameTakes = '1 to 100 characters with something to see, none of them a control character'

/** What a claim must be, in words for the platform that makes tokens. */
const takes: Record<string, string> = {
  sub: 'text of 1 to 200 characters, none of them a control character',
  'sub as a name': `${nameTakes}, where the claim name is left out`,
  name: nameTakes,
  role: `one of ${roles.join(', ')}`,
  videos: 'a list of LiveVideoIds, or *',
  exp: 'a number of seconds since 1970',
}

/** What is said of a claim that holds a time; one in milliseconds is the mistake to expect. */
export const refuseTime = (claim: string, value: unknown): string =>
  typeof value === 'number' && value > secondsMax
    ? `The claim ${claim} is in milliseconds; it must be in seconds since 1970.`
    : `The claim ${claim} must be a number of seconds since 1970.`

/**
 * Reads the identity from the payload of a token.
 * @throws ChorusError `token_invalid`, naming the claim that is wrong
 */
export function identityOf(payload: unknown): Identity {
  const { data, error } = Claims.safeParse(payload)
  if (!data) throw new ChorusError('token_invalid', refusal(String(error.issues[0]?.path[0]), payload))
  const { sub: id, name = data.sub, picture, role, videos, exp } = data
  const author: Author = {
    id,
    name,
    ...(picture && { avatarUrl: picture }),
    ...(role !== 'viewer' && { role }),
  }
  return {
    author,
    role,
    videos: videos.includes('*') ? '*' : (videos as string[]),
    // RFC 7519 allows fractions of a second.
    expiresAt: Math.floor(exp * 1_000),
  }
}

function refusal(claim: string, payload: unknown): string {
  if (claim === 'exp') return refuseTime('exp', (payload as { exp?: unknown }).exp)
  return claim in takes ? `The claim ${claim} must be ${takes[claim]}.` : 'The claims are not a JSON object.'
}
