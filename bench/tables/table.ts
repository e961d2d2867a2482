/** A table for people, in text or in Markdown. */
export interface Column {
  /** Over several columns that belong together; empty: over none. */
  group: string
  head: string
}

export interface Table {
  title: string
  columns: Column[]
  /** The first two cells are names, the others numbers. */
  rows: string[][]
}

/** Cells to the left; those behind them are numbers. */
export const nameColumns = 2
