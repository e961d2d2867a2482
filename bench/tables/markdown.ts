import { nameColumns, type Table } from './table.ts'

/** The table for a page, under a heading of the third level. */
export function toMarkdownTable({ title, columns, rows }: Table): string {
  const heads = columns.map(({ group, head }) => (group === '' ? head : `${group}: ${head}`))
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const rule = `|${columns.map((_, at) => (at < nameColumns ? '---|' : '--:|')).join('')}`
  return [`### ${title}`, '', line(heads), rule, ...rows.map(line)].join('\n')
}
