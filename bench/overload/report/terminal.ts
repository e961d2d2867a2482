import { toTextGoals } from '../../tables/goals.ts'
import { toTextTable } from '../../tables/text.ts'
import { goalsOf } from './goals.ts'
import type { OverloadResults } from './results.ts'
import { tablesOf } from './tables.ts'

export function toTerminal(results: OverloadResults): string {
  const faults = results.faults.map((fault) => `  ✗ ${fault}`)
  return [...tablesOf(results).map(toTextTable), ...toTextGoals(goalsOf(results)), ...faults, ''].join('\n')
}
