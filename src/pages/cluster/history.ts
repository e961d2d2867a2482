import type { Change } from './changes.ts'

/** A line of the log: what changed, or what became of the page's own view of it. */
export type Happening =
  | Change
  /** The page was opened, or came back to a cluster that has begun anew. */
  | { kind: 'began'; nodes: number; generation: number }
  | { kind: 'answers'; answers: boolean }
  /** Every slot has a living node again, so long after the first lost its own. */
  | { kind: 'covered'; afterMs: number }

export interface Entry {
  id: number
  /** Milliseconds since 1970: of the newest part of it. */
  at: number
  happening: Happening
}

const entriesMax = 100
/** Moves that follow each other so closely are one. */
const togetherMs = 10_000

/** The log with more on top: newest first, bounded. */
export function logWith(
  log: readonly Entry[],
  happenings: readonly Happening[],
  at: number,
): readonly Entry[] {
  return happenings.toReversed().reduce((entries, happening) => withOne(entries, happening, at), log)
}

function withOne(log: readonly Entry[], happening: Happening, at: number): readonly Entry[] {
  const [newest, ...rest] = log
  const together = newest && at - newest.at < togetherMs ? joinMoves(newest.happening, happening) : null
  if (newest && together) return [{ ...newest, at, happening: together }, ...rest]
  return [{ id: (newest?.id ?? 0) + 1, at, happening }, ...log.slice(0, entriesMax - 1)]
}

function joinMoves(first: Happening, second: Happening): Happening | null {
  if (first.kind !== 'moved' || second.kind !== 'moved') return null
  const both = (a: string[], b: string[]) => [...new Set([...a, ...b])].sort()
  return {
    kind: 'moved',
    slots: first.slots + second.slots,
    from: both(first.from, second.from),
    to: both(first.to, second.to),
  }
}
