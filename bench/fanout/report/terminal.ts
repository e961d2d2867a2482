import { toTextGoals } from '../../tables/goals.ts'
import { toTextTable } from '../../tables/text.ts'
import { goalsOf } from './goals.ts'
import type { FanOutResults } from './results.ts'
import { tablesOf } from './tables.ts'

/** The comparison for a terminal. */
export function toTerminal(results: FanOutResults): string {
  const goals = goalsOf(results)
  const { notPinned, faults } = results
  return [
    ...tablesOf(results).map(toTextTable),
    ...(notPinned === null ? [] : [notPinned]),
    ...(goals.length > 0 ? toTextGoals(goals) : []),
    ...(faults.length > 0
      ? faults.map((fault) => `  ✗ ${fault}`)
      : ['  ✓ nothing lost, repeated or out of order by Chorus']),
    '',
  ].join('\n')
}
