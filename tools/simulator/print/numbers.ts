/** A number for people: `16`, `1,240`, `59,700`, `5.9 million`. */
export function count(value: number): string {
  const units = [
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const
  for (const [unit, name] of units) if (value >= unit) return `${digits(value / unit)} ${name}`
  return digits(value)
}

/** Three digits that count, and no more than one after the point. */
function digits(value: number): string {
  if (value < 1_000) return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2)
  return (Math.round(value / unit) * unit).toLocaleString('en', { maximumFractionDigits: 0 })
}

/** `0 %`, `0.03 %`, `4.8 %`, `99.9 %`. */
export function percent(part: number): string {
  const value = part * 100
  if (value < 0.005) return '0 %'
  return `${value.toFixed(value < 1 ? 2 : 1)} %`
}

/** A multiple of a mean: `1.14 ×`, `104 ×`. */
export const times = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(2) : count(ratio)} ×`

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} s`

export const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000)} KB`
