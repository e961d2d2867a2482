import { type Column, nameColumns, type Table } from './table.ts'

const gap = '  '

/** The table for a terminal. */
export function toTextTable({ title, columns, rows }: Table): string {
  const heads = headLines(columns)
  const widths = widthsOf(columns, [...heads, ...rows])
  const line = (cells: string[]) =>
    cells
      .map((cell, at) => pad(cell, widths[at] ?? 0, at))
      .join(gap)
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('─'.repeat(gap.length))
  // What is named again is named once.
  const shown = rows.map((row, index) => (row[0] === rows[index - 1]?.[0] ? ['', ...row.slice(1)] : row))
  const groups = columns.some(({ group }) => group !== '') ? [groupLine(columns, widths)] : []
  return [title, ...groups, ...heads.map(line), rule, ...shown.map(line), ''].join('\n')
}

/** Names to the left, numbers to the right. */
const pad = (cell: string, width: number, at: number): string =>
  at < nameColumns ? cell.padEnd(width) : cell.padStart(width)

/** One word to a line, the last ones on the same line. */
function headLines(columns: Column[]): string[][] {
  const words = columns.map(({ head }) => head.split(' '))
  const height = Math.max(...words.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    words.map((all) => all[line - height + all.length] ?? ''),
  )
}

/** As wide as the widest cell, and together as wide as the name of their group. */
function widthsOf(columns: Column[], rows: string[][]): number[] {
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  for (const { group, from, to } of groupsOf(columns)) {
    const missing = group.length + 1 - spanOf(widths, from, to)
    if (group === '' || missing <= 0) continue
    for (let at = from; at <= to; at++) widths[at] = (widths[at] ?? 0) + Math.ceil(missing / (to - from + 1))
  }
  return widths
}

function groupLine(columns: Column[], widths: number[]): string {
  const parts = groupsOf(columns).map(({ group, from, to }) => {
    const span = spanOf(widths, from, to)
    return group === '' ? ' '.repeat(span) : `${group} `.padEnd(span, '─')
  })
  return parts.join(gap).trimEnd()
}

const spanOf = (widths: number[], from: number, to: number): number =>
  widths.slice(from, to + 1).reduce((sum, width) => sum + width, 0) + gap.length * (to - from)

/** Neighbours of one name; each that has none is by itself. */
function groupsOf(columns: Column[]): { group: string; from: number; to: number }[] {
  const groups: { group: string; from: number; to: number }[] = []
  for (const [at, { group }] of columns.entries()) {
    const last = groups.at(-1)
    if (last && group !== '' && last.group === group) last.to = at
    else groups.push({ group, from: at, to: at })
  }
  return groups
}
