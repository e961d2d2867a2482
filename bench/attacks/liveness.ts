import type { Figure } from './attack.ts'
import type { Target } from './target.ts'

/** As long as a busy server needs for all that it was asked. */
export const settleMs = 15_000

/** Whether the server lives, and how much memory it has taken at most. */
export async function livenessFigures(target: Target): Promise<Figure[]> {
  return [
    { name: 'memory, peak', value: await target.peakMegabytes(), unit: 'MB' },
    { name: 'answers', value: (await target.isAlive()) ? 1 : 0, unit: '' },
  ]
}
