import { ConfigError, refuse } from './errors.ts'
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

/** An address at which a server is reached, and nothing behind it. A password in it is not repeated. */
export function parseOrigin(variable: Variable, value: string): string | null {
  if (parseUrl(variable, value) === null) return null
  const { origin, username, password, pathname, search, hash } = new URL(value)
  if (username !== '' || password !== '')
    throw new ConfigError(`${variable} takes http://host:port without a user and a password`)
  if (pathname !== '/' || search !== '' || hash !== '')
    refuse(variable, value, 'http://host:port without a path or anything after it')
  return origin
}
