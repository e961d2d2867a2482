const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const heights = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A bar of at most `width` characters, in eighths of one. */
export function bar(part: number, width: number): string {
  const length = Math.round(Math.max(0, Math.min(1, part)) * width * 8)
  return '█'.repeat(Math.floor(length / 8)) + (eighths[length % 8] ?? '')
}

/** Where a value stands on a logarithmic scale, from 0 to 1. */
export const logPart = (value: number, from: number, to: number): number =>
  Math.log(Math.max(value, from) / from) / Math.log(to / from)

/** The highest value in each of `count` equal stretches. */
export function highest(values: number[], count: number): number[] {
  const each = values.length / count
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor(at * each)
    return Math.max(...values.slice(from, Math.max(from + 1, Math.floor((at + 1) * each))))
  })
}

/** A small column, as high as the value stands between `from` and `to`. */
export function column(value: number, from: number, to: number): string {
  const height = Math.floor(((value - from) / (to - from)) * heights.length)
  return heights[Math.max(0, Math.min(heights.length - 1, height))] ?? ''
}
