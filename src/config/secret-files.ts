import { readFileSync } from 'node:fs'
import { ConfigError } from './errors.ts'
import { fileVariableOf, type SecretVariable, secretVariables, type Values } from './settings.ts'

const charactersMax = 65_536

/**
 * Replaces each `…_FILE` by what stands in the file that it names.
 * @throws ConfigError when a secret is given twice, or its file cannot be read
 */
export function withSecretFiles(values: Values): Values {
  const read = Object.fromEntries(secretVariables.map((variable) => [variable, secretOf(variable, values)]))
  return { ...values, ...read }
}

/** The secret itself, or what stands in its file; undefined when neither is given. @throws ConfigError */
export function secretOf(variable: SecretVariable, values: Values): string | undefined {
  const named = fileVariableOf(variable)
  const file = values[named]?.trim()
  if (!file) return values[variable]
  if (values[variable]?.trim())
    throw new ConfigError(`${variable} and ${named} are both set; keep one of them`)
  const text = readText(named, file)
  if (text === '' || text.length > charactersMax)
    throw new ConfigError(`${named}: ${JSON.stringify(file)} is ${text === '' ? 'empty' : 'too large'}`)
  return text
}

function readText(named: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${named}: ${JSON.stringify(file)} cannot be read (${code})`)
  }
}
