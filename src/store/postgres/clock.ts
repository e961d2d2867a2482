import type { Ask } from './connection.ts'

/** The database's clock, in milliseconds since 1970: one for all nodes. */
export async function readClock(ask: Ask): Promise<number> {
  const [row] = await ask<{
    at: number
  }>`SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at`
  return row?.at ?? 0
}

/** How far the clock of this process is ahead of the database's at least, in ms; negative: behind. */
export type TellSkew = (skewMs: number) => void

/**
 * Carries out work that reads the database's clock, and tells how far ours is from it: the reading lies between the beginning
 * and the end of the work, so that how long it takes makes no difference.
 */
export async function measureSkew<T extends { at: number }>(
  work: () => Promise<T>,
  tell: TellSkew,
): Promise<T> {
  const before = Date.now()
  const done = await work()
  const after = Date.now()
  tell(done.at < before ? before - done.at : Math.min(0, after - done.at))
  return done
}
