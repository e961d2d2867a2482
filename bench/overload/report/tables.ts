import { percent, short, whole } from '../../chart/numbers.ts'
import type { Table } from '../../tables/table.ts'
import type { Kind } from '../kinds.ts'
import type { Outcome } from '../load/plan.ts'
import type { OverloadResults, Step } from './results.ts'

type Cell = [group: string, head: string, value: (step: Step, outcome: Outcome, seconds: number) => string]

const perSecond =
  (count: (outcome: Outcome) => number): Cell[2] =>
  (_, outcome, seconds) =>
    whole(count(outcome) / seconds)

const cells: Cell[] = [
  ['a second', 'offered', perSecond(({ offered }) => offered)],
  ['a second', 'left out', perSecond(({ unoffered }) => unoffered)],
  ['a second', 'served', perSecond(({ accepted }) => accepted)],
  ['a second', 'in time', perSecond(({ inTime }) => inTime)],
  ['a second', 'told', perSecond(({ told }) => told)],
  ['', 'failed', (_, { failed }) => whole(failed)],
  ['begun late, ms', 'p99', (_, { begunMs }) => short(begunMs?.p99)],
  ['served, ms', 'p50', (_, { acceptedMs }) => short(acceptedMs?.p50)],
  ['served, ms', 'p99', (_, { acceptedMs }) => short(acceptedMs?.p99)],
  ['told, ms', 'p99', (_, { toldMs }) => short(toldMs?.p99)],
  ['', 'memory, MB', ({ residentBytes }) => whole(residentBytes / 1_024 ** 2)],
  ['', 'itself again, s', ({ recoveredMs }) => (recoveredMs === null ? 'never' : short(recoveredMs / 1_000))],
  ['', 'CPU: load', ({ loadShare }) => percent(loadShare)],
]

export const tablesOf = (results: OverloadResults): Table[] => [capacityTable(results), stepTable(results)]

const capacityTable = ({ capacities }: OverloadResults): Table => ({
  title: 'What one core can take',
  columns: ['of', '', 'a second', 'in time within, ms'].map((head) => ({ group: '', head })),
  rows: capacities.map(({ kind, perSecond, deadlineMs }) => [kind, '', whole(perSecond), short(deadlineMs)]),
})

const stepTable = ({ steps, secondsPerStep }: OverloadResults): Table => ({
  title: 'More than that',
  columns: [
    { group: '', head: 'load' },
    { group: '', head: 'of which' },
    ...cells.map(([group, head]) => ({ group, head })),
  ],
  rows: steps.flatMap((step) =>
    (Object.entries(step.outcomes) as [Kind, Outcome][]).map(([kind, outcome]) => [
      `${step.mix}, ${step.factor} ×`,
      kind,
      ...cells.map(([, , value]) => value(step, outcome, secondsPerStep)),
    ]),
  ),
})
