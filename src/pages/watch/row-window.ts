/** Which of the entries have rows in the page. */
export type RowWindow =
  /** The newest, as they come. */
  | { kind: 'following' }
  /** From this entry on: someone is reading. */
  | { kind: 'reading'; firstKey: string }

export const rowsMax = 300
const followingRowsMax = 200
const step = 100

interface Keyed {
  key: string
}

export interface Rows<Entry> {
  start: number
  rows: readonly Entry[]
  /** Entries after the last row. */
  below: number
}

export function rowsOf<Entry extends Keyed>(entries: readonly Entry[], window: RowWindow): Rows<Entry> {
  const start = startOf(entries, window)
  const rows = entries.slice(start, start + rowsMax)
  return { start, rows, below: entries.length - start - rows.length }
}

function startOf(entries: readonly Keyed[], window: RowWindow): number {
  if (window.kind === 'following') return Math.max(0, entries.length - followingRowsMax)
  // An entry that is gone was among the oldest, or was removed: then the oldest are as near as any.
  return Math.max(
    0,
    entries.findIndex(({ key }) => key === window.firstKey),
  )
}

/** Stops following; what is shown stays. */
export function read(entries: readonly Keyed[], window: RowWindow): RowWindow {
  return window.kind === 'reading' ? window : from(entries, startOf(entries, window))
}

export const earlier = (entries: readonly Keyed[], window: RowWindow): RowWindow =>
  from(entries, Math.max(0, startOf(entries, window) - step))

export function later(entries: readonly Keyed[], window: RowWindow): RowWindow {
  const last = Math.max(0, entries.length - followingRowsMax)
  return from(entries, Math.min(last, startOf(entries, window) + step))
}

function from(entries: readonly Keyed[], start: number): RowWindow {
  const first = entries[start]
  return first ? { kind: 'reading', firstKey: first.key } : { kind: 'following' }
}
