import { refuse } from './errors.ts'
import type { Variable } from './settings.ts'

/** What several settings are made of. Each refuses with one line that names the variable. */

export function parseWhole(variable: Variable, value: string, min: number, max: number): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || number > max)
    refuse(variable, value, `a whole number from ${min} to ${max}`)
  return number
}

export function parseOneOf<Known extends string>(
  variable: Variable,
  value: string,
  known: readonly Known[],
): Known {
  const found = known.find((each) => each === value)
  if (found === undefined) refuse(variable, value, `one of ${known.join(', ')}`)
  return found
}

export function parseUrl(variable: Variable, value: string): string | null {
  if (value === '') return null
  const url = URL.canParse(value) ? new URL(value) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    refuse(variable, value, 'an http:// or https:// address')
  return value.replace(/\/$/, '')
}
