import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ChorusError } from '../domain/errors.ts'

/** So many comments of one author in so long a time. */
export interface PostLimit {
  comments: number
  windowMs: number
}

/** What an author may still post. */
export interface Allowance {
  /** Takes one comment off it. @throws ChorusError `rate_limited`, with the time to wait */
  spend(authorId: string): Promise<void>
  /** Puts one back: it turned out to be a comment that was stored before. */
  giveBack(authorId: string): Promise<void>
}

/** Null is no limit. */
export function postAllowance(limit: PostLimit | null): Allowance {
  if (!limit) return { spend: async () => {}, giveBack: async () => {} }
  const limiter = new RateLimiterMemory({ points: limit.comments, duration: limit.windowMs / 1_000 })
  return {
    spend: (authorId) => limiter.consume(authorId).then(nothing, refuse),
    async giveBack(authorId) {
      await limiter.reward(authorId)
    },
  }
}

const nothing = () => {}

function refuse(error: unknown): never {
  if (!(error instanceof RateLimiterRes)) throw error
  throw new ChorusError('rate_limited', null, Math.max(1, error.msBeforeNext))
}
