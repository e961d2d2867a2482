import type { Variable } from './settings.ts'

/** A setting that cannot be; the message is one line for whoever started the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export function refuse(variable: Variable, value: string, takes: string): never {
  throw new ConfigError(`${variable} takes ${takes}; it is ${JSON.stringify(value)}`)
}
