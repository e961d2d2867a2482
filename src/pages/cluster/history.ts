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
/** Moves that follow each other so closely, with nothing else happening, are one. */
const togetherMs = 10_000

/** The log with more on top: newest first, bounded. */
export function logWith(
  log: readonly Entry[],
  happenings: readonly Happening[],
  at: number,
): readonly Entry[] {
  const [newest, ...rest] = log
  const [only, ...others] = happenings
  if (newest && only && others.length === 0 && at - newest.at < togetherMs) {
    const happening = joinMoves(newest.happening, only)
    if (happening) return [{ ...newest, at, happening }, ...rest]
  }
  const nextId = (newest?.id ?? 0) + happenings.length
  const entries = happenings.map((happening, index) => ({ id: nextId - index, at, happening }))
  return [...entries, ...log].slice(0, entriesMax)
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
