import type { Clock } from '../domain/time.ts'

export interface RepeatedLinesOptions {
  /** A line that repeats is logged once in this time. */
  quietMs: number
  /** Lines of one message that differ in their fields and are kept apart; all others share one. */
  differentMax: number
  /** Lines about one state that are logged at once; of later ones only the last of each `quietMs`. */
  changesMax: number
  /** Messages and states that are kept apart; all others share one. */
  groupsMax: number
}

export const defaultRepeatedLines: RepeatedLinesOptions = Object.freeze({
  quietMs: 60_000,
  differentMax: 20,
  changesMax: 4,
  groupsMax: 200,
})

interface Held {
  count: number
  /** Logs the last of them. */
  log: (repeated: number) => void
}

/** Lines of one message, or about one state. */
interface Group {
  /** By the fields of the line. */
  readonly lines: Map<string, Held>
  /** Of a state: how many changes were logged at once, and the line that came last. */
  changes: number
  newest: string
}

const [others, otherGroups] = ['(others)', '(other groups)']

/** Holds back log lines that repeat, and logs the last of them once in a while with their number. */
export class RepeatedLines {
  readonly #clock: Clock
  readonly #options: RepeatedLinesOptions
  readonly #groups = new Map<string, Group>()

  constructor(clock: Clock, options: RepeatedLinesOptions = defaultRepeatedLines) {
    this.#clock = clock
    this.#options = options
  }

  /**
   * Whether a line is to be logged now: the first with this message and these fields is.
   * @param log logs it later, with how many were held back
   */
  admit(message: string, fields: string, log: Held['log']): boolean {
    const { lines } = this.#groupOf(`message ${message}`)
    const isNew = !lines.has(fields) && lines.size < this.#options.differentMax
    if (isNew) lines.set(fields, { count: 0, log })
    else hold(lines, lines.has(fields) ? fields : others, log)
    return isNew
  }

  /**
   * Whether a line about a state is to be logged now: each that differs from the one before is, while they are few. When
   * the state goes back and forth, the last line is logged once in a while, so that the log ends with what is true.
   * @param line all that it says
   * @param log logs it later, with how many were held back
   */
  admitChange(state: string, line: string, log: Held['log']): boolean {
    const group = this.#groupOf(`state ${state}`)
    const isNew = line !== group.newest && group.changes < this.#options.changesMax
    group.newest = line
    if (isNew) {
      group.changes++
      // The new line is to stand after those that it ends.
      release(group.lines.get(others))
    } else hold(group.lines, others, log)
    return isNew
  }

  #groupOf(name: string): Group {
    const isKept = this.#groups.has(name) || this.#groups.size < this.#options.groupsMax
    const key = isKept ? name : otherGroups
    const known = this.#groups.get(key)
    if (known) return known
    const group: Group = { lines: new Map(), changes: 0, newest: '' }
    this.#groups.set(key, group)
    this.#clock.after(this.#options.quietMs, () => this.#review(key, group))
    return group
  }

  /** Lines that came again are logged, and go on being held back. The rest is forgotten, unless lines had to share one. */
  #review(name: string, group: Group): void {
    const { lines } = group
    const isFull = (lines.get(others)?.count ?? 0) > 0
    for (const [fields, held] of lines) if (!release(held) && !isFull) lines.delete(fields)
    if (lines.size === 0) this.#groups.delete(name)
    else this.#clock.after(this.#options.quietMs, () => this.#review(name, group))
  }
}

function hold(lines: Map<string, Held>, fields: string, log: Held['log']): void {
  lines.set(fields, { count: (lines.get(fields)?.count ?? 0) + 1, log })
}

/** Logs the last of those that were held back. @returns whether there were any */
function release(held: Held | undefined): boolean {
  if (!held || held.count === 0) return false
  held.log(held.count)
  held.count = 0
  return true
}
