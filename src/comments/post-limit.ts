import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ChorusError } from '../domain/errors.ts'

/** So many comments of one author in so long a time. */
export interface PostLimit {
  comments: number
  windowMs: number
}

/** Takes one comment off the author's allowance. */
export type SpendComment = (authorId: string) => Promise<void>

/** Null is no limit. The returned function throws ChorusError `rate_limited`, with the time to wait. */
export function postLimiter(limit: PostLimit | null): SpendComment {
  if (!limit) return async () => {}
  const limiter = new RateLimiterMemory({ points: limit.comments, duration: limit.windowMs / 1_000 })
  return async (authorId) => {
    try {
      await limiter.consume(authorId)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      throw new ChorusError('rate_limited', null, Math.max(1, error.msBeforeNext))
    }
  }
}
