import postgres from 'postgres'

/** One line, without what was to be stored, which stands in other parts of the library's errors. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = error.name } = error as NodeJS.ErrnoException
  // A name with several addresses, none of which answered, fails without a message.
  const [line = ''] = error.message.split('\n')
  if (error instanceof postgres.PostgresError) return `${line} (${code})`
  return line || code
}
