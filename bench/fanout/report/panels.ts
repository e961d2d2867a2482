import { short, whole } from '../../chart/numbers.ts'
import { linear } from '../../chart/scale.ts'
import type { Axis } from '../../chart/sheet.ts'
import { bar, tag, text } from '../../chart/svg.ts'
import type { ChartRow } from './chart-rows.ts'

/** One measure, drawn for all servers beside each other. */
export interface Panel extends Axis {
  /** One server, on the line through `y`. */
  draw(row: ChartRow, y: number): string
}

const barHeight = 12
const thinHeight = 9

/** What stands beside a bar has its own room to the right of the scale. */
const valueWidth = 62

const panels: { make: (rows: ChartRow[], x: number, width: number) => Panel; share: number }[] = [
  { make: cpuPanel, share: 1.15 },
  { make: saturationPanel, share: 1.15 },
  { make: memoryPanel, share: 0.8 },
]

export function panelsOf(rows: ChartRow[], left: number, width: number): Panel[] {
  const shares = panels.reduce((sum, { share }) => sum + share, 0)
  let x = left
  return panels.map(({ make, share }) => {
    const own = ((width - panels.length * valueWidth) * share) / shares
    const panel = make(rows, x, own)
    x += own + valueWidth
    return panel
  })
}

const kindOf = ({ ours }: ChartRow): string => (ours ? 'accent' : 'plain')

const faint = (shape: string): string => tag('g', { opacity: 0.5 }, shape)

function cpuPanel(rows: ChartRow[], x: number, width: number): Panel {
  const all = rows.flatMap(({ microsAt20, microsAt100 }) => [microsAt20 ?? 0, microsAt100 ?? 0])
  const scale = linear(Math.max(1, ...all), x, width)
  const thin = (row: ChartRow, y: number, value: number): string =>
    bar(x, y - thinHeight / 2, scale.at(value) - x, thinHeight, kindOf(row))
  const label = (y: number, value: number): string => text(scale.at(value) + 6, y + 4, 'value', short(value))
  return {
    title: 'CPU per delivery, µs',
    note: '',
    scale,
    tick: String,
    draw(row, y) {
      const { microsAt20: few, microsAt100: many } = row
      const apart = few === null || many === null ? 0 : 7
      return (
        (few === null ? '' : faint(thin(row, y - apart, few)) + label(y - apart, few)) +
        (many === null ? '' : thin(row, y + apart, many) + label(y + apart, many))
      )
    },
  }
}

/** Drawn under the title of the CPU panel. */
export const rateKey = (x: number, y: number): string =>
  faint(bar(x, y - 8, 9, 9, 'plain')) +
  text(x + 14, y, 'note', '20 comments/s') +
  bar(x + 108, y - 8, 9, 9, 'plain') +
  text(x + 122, y, 'note', '100 comments/s')

/** No more digits than they mean. */
const rounded = (value: number): string =>
  value >= 1_000_000 ? `${short(value / 1_000_000)} M` : whole(Math.round(value / 1_000) * 1_000)

function saturationPanel(rows: ChartRow[], x: number, width: number): Panel {
  const scale = linear(Math.max(100_000, ...rows.map(({ saturated }) => saturated ?? 0)), x, width)
  return {
    title: 'Deliveries a second',
    note: 'on one core, 10,000 viewers, nothing lost',
    scale,
    tick: (value) => (value >= 1_000_000 ? `${value / 1_000_000} M` : whole(value)),
    draw: (row, y) => single(row, row.saturated, y, scale.at, x, rounded),
  }
}

function memoryPanel(rows: ChartRow[], x: number, width: number): Panel {
  const scale = linear(Math.max(1, ...rows.map(({ kilobytes }) => kilobytes ?? 0)), x, width)
  return {
    title: 'Memory per viewer, KB',
    note: 'who waits, the kernel’s left out',
    scale,
    tick: String,
    draw: (row, y) => single(row, row.kilobytes, y, scale.at, x, short),
  }
}

const single = (
  row: ChartRow,
  value: number | null,
  y: number,
  at: (value: number) => number,
  x: number,
  write: (value: number) => string,
): string =>
  value === null
    ? text(x + 6, y + 4, 'note', '–')
    : bar(x, y - barHeight / 2, at(value) - x, barHeight, kindOf(row)) +
      text(at(value) + 6, y + 4, 'value', write(value))
