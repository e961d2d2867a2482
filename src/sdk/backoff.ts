import type { Random } from '../domain/time.ts'

export interface Backoff {
  firstMs: number
  maxMs: number
}

/** Doubles with each attempt (counted from 0); the upper half is random, so that a crowd doesn't come back at once. */
export function backoffMs(attempt: number, { firstMs, maxMs }: Backoff, random: Random): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(fullMs * (0.5 + 0.5 * random()))
}
