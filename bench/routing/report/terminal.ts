import { toTextGoals } from '../../tables/goals.ts'
import { toTextTable } from '../../tables/text.ts'
import { goalsOf } from './goals.ts'
import type { RoutingResults } from './results.ts'
import { tablesOf } from './tables.ts'

/** The comparison for a terminal. */
export function toTerminal(results: RoutingResults): string {
  const faults = results.faults.map((fault) => `  ✗ ${fault}`)
  const verdict = faults.length > 0 ? faults : ['  ✓ nothing lost, repeated or out of order in any way']
  return [...tablesOf(results).map(toTextTable), ...toTextGoals(goalsOf(results)), ...verdict, ''].join('\n')
}
