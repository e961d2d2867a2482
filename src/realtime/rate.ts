import { ChorusError } from '../domain/errors.ts'

/** How many comments a second a stream may be asked to show. A closed list, so that viewers share few frames. */
export const tiers = [0.5, 1, 2, 5, 10, 20, 50] as const
export type Tier = (typeof tiers)[number]

/** What a stream shows: every comment, or a sample of this many per second. */
export type Shown = 'all' | Tier

/** What a viewer asks for. `auto`: the server chooses, and may choose anew. */
export type Rate = Shown | 'auto'

const pattern = /^\d+(\.\d+)?$/

/**
 * Reads `rate=`: `all`, or a number of comments per second, for which the highest tier not above it is given.
 * @param text undefined when it is absent
 * @throws ChorusError `invalid_request`
 */
export function parseRate(text: string | undefined): Rate {
  if (text === undefined) return 'auto'
  if (text === 'all') return 'all'
  const tier = pattern.test(text) ? tiers.findLast((one) => one <= Number(text)) : undefined
  if (tier !== undefined) return tier
  throw new ChorusError(
    'invalid_request',
    `rate must be "all" or a number of comments per second, ${tiers[0]} or more.`,
  )
}

const hotCommentsPerSecond = 100
const calmCommentsPerSecond = 50
const hotTier: Tier = 20

/** What a stream without a `rate` shows. Between calm and hot it stays as it was. */
export function defaultRate(previous: Shown, commentsPerSecond: number): Shown {
  if (previous === 'all') return commentsPerSecond > hotCommentsPerSecond ? hotTier : 'all'
  return commentsPerSecond < calmCommentsPerSecond ? 'all' : previous
}
