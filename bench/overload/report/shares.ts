import type { Outcome } from '../load/plan.ts'
import type { Capacity, OverloadResults, Step } from './results.ts'

/**
 * Requests as parts of what the server can take of each kind when it does nothing else: 1 is a whole core, whatever the
 * requests are, and together they add up.
 */
export function shareOf(
  { outcomes }: Step,
  { capacities, secondsPerStep }: OverloadResults,
  count: (outcome: Outcome) => number,
): number {
  const shares = Object.entries(outcomes).map(([kind, outcome]) => {
    const { perSecond } = capacities.find((capacity) => capacity.kind === kind) as Capacity
    return count(outcome) / secondsPerStep / perSecond
  })
  return shares.reduce((sum, share) => sum + share, 0)
}

export const offered = ({ offered }: Outcome): number => offered
/** Served, and in time. */
export const good = ({ inTime }: Outcome): number => inTime
export const served = ({ accepted }: Outcome): number => accepted
export const told = ({ told }: Outcome): number => told

/** All requests of a step, whatever kind they are. */
export const sumOf = ({ outcomes }: Step, count: (outcome: Outcome) => number): number =>
  Object.values(outcomes).reduce((sum, outcome) => sum + count(outcome), 0)
