import { short, whole } from '../chart/numbers.ts'
import { toMarkdownTable } from '../tables/markdown.ts'
import type { Table } from '../tables/table.ts'
import { toTextTable } from '../tables/text.ts'
import type { Figure } from './attack.ts'

/** What one attack found at each of the checkouts, in their order. */
export interface Finding {
  attack: string
  input: string
  /** Null: the attack could not be carried through, as when the server ended. */
  runs: (Figure[] | null)[]
}

export const toText = (findings: readonly Finding[], names: readonly string[]): string =>
  toTextTable(tableOf(findings, names))

export const toMarkdown = (findings: readonly Finding[], names: readonly string[]): string =>
  [
    '`npm run bench:attacks`; one alone: `npm run bench:attacks -- --only "gzip resume"`; beside another checkout: `-- --before <folder>`.',
    'Each attack meets a server of its own with default settings and a heap of 512 MB. *Others* post from another address meanwhile.',
    '',
    ...findings.map(({ attack, input }) => `- **${attack}**: ${input}`),
    '',
    toMarkdownTable(tableOf(findings, names)),
    '',
  ].join('\n')

function tableOf(findings: readonly Finding[], names: readonly string[]): Table {
  const columns = ['attack', 'figure', ...names].map((head) => ({ group: '', head }))
  return { title: 'What a stranger can take', columns, rows: findings.flatMap(rowsOf) }
}

function rowsOf({ attack, runs }: Finding): string[][] {
  const figures = runs.find((run) => run !== null) ?? [{ name: 'the server ended', value: 0, unit: '' }]
  return figures.map(({ name }) => [
    attack,
    name,
    ...runs.map((run) => cell(run?.find((one) => one.name === name))),
  ])
}

function cell(figure: Figure | undefined): string {
  if (figure === undefined || figure.value === Number.POSITIVE_INFINITY) return 'ended'
  const number =
    figure.value >= 10 || Number.isInteger(figure.value) ? whole(figure.value) : short(figure.value)
  return `${number} ${figure.unit}`.trim()
}
