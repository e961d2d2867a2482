const missing = '–'

const written = (format: (value: number) => string) => (value: number | null | undefined) =>
  value === null || value === undefined || !Number.isFinite(value) ? missing : format(value)

const digits = (value: number, count: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: count, maximumFractionDigits: count })

/** Numbers as people read them: no more digits than they mean; a dash where there is nothing to say. */
export const percent = written((value) => `${digits(value * 100, Math.abs(value) < 0.0995 ? 1 : 0)} %`)
export const fixed = (count: number) => written((value) => digits(value, count))
export const whole = fixed(0)
/** Two digits that mean something. */
export const short = written((value) => digits(value, value < 1 ? 2 : value < 9.95 ? 1 : 0))
