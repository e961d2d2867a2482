/** Turns a value into a place. */
export type Scale = (value: number) => number

export const linear =
  (from: number, to: number, start: number, end: number): Scale =>
  (value) =>
    start + ((value - from) / (to - from)) * (end - start)

/** What is below `from` stands at `start`. */
export const logarithmic = (from: number, to: number, start: number, end: number): Scale => {
  const scale = linear(Math.log(from), Math.log(to), start, end)
  return (value) => scale(Math.log(Math.max(from, value)))
}

/** 1, 10, 100 … up to `to`. */
export const powersOfTen = (to: number): number[] =>
  Array.from({ length: Math.ceil(Math.log10(to)) + 1 }, (_, power) => 10 ** power)

/** `1`, `10`, `100`, `1k` … for axes. */
export const shortCount = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(value)
