/** PostgreSQL's text holds no NUL and no half of a character, both of which an id from outside may have. */
const escaped = '\u0001'

/** Different ids give different columns. */
export const toColumn = (id: string): string =>
  id.includes('\0') || id.startsWith(escaped) || !id.isWellFormed() ? escaped + JSON.stringify(id) : id

export const fromColumn = (column: string): string =>
  column.startsWith(escaped) ? (JSON.parse(column.slice(1)) as string) : column
