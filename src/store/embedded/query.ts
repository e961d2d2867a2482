import type { StatementSync } from 'node:sqlite'

/** node:sqlite does not know what its rows are: whoever asks says so, beside the statement. */
type Value = string | number | null

/** One by one, for who may not want them all. */
export const each = <Row>(statement: StatementSync, ...values: Value[]): Iterable<Row> =>
  statement.iterate(...values) as Iterable<Row>

/** Null when there is none. */
export const one = <Row>(statement: StatementSync, ...values: Value[]): Row | null =>
  (statement.get(...values) as Row | undefined) ?? null
