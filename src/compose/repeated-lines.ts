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

const [others, otherGroups] = ['(others)', '(other groups)']

/** Holds back log lines that repeat, and logs the last of them once in a while with their number. */
export class RepeatedLines {
  readonly #clock: Clock
  readonly #options: RepeatedLinesOptions
  /** By message or state, then by the fields of the line. */
  readonly #groups = new Map<string, Map<string, Held>>()

  constructor(clock: Clock, options: RepeatedLinesOptions = defaultRepeatedLines) {
    this.#clock = clock
    this.#options = options
  }

  /**
   * Whether a line is to be logged now: the first with this message and these fields is.
   * @param log logs it later, with how many were held back
   */
  admit(message: string, fields: string, log: Held['log']): boolean {
    return this.#admit(this.#groupOf(`message ${message}`), fields, this.#options.differentMax, log)
  }

  /**
   * Whether a line about a state is to be logged now: each is while they are few. When the state goes back and forth, the
   * last line is logged once in a while, so that the log ends with what is true.
   * @param log logs it later, with how many were held back
   */
  admitChange(state: string, log: Held['log']): boolean {
    const changes = this.#groupOf(`state ${state}`)
    return this.#admit(changes, `change ${changes.size}`, this.#options.changesMax, log)
  }

  #admit(lines: Map<string, Held>, fields: string, linesMax: number, log: Held['log']): boolean {
    const isNew = !lines.has(fields) && lines.size < linesMax
    if (isNew) lines.set(fields, { count: 0, log })
    else {
      const key = lines.has(fields) ? fields : others
      lines.set(key, { count: (lines.get(key)?.count ?? 0) + 1, log })
    }
    return isNew
  }

  #groupOf(name: string): Map<string, Held> {
    const isKept = this.#groups.has(name) || this.#groups.size < this.#options.groupsMax
    const key = isKept ? name : otherGroups
    const known = this.#groups.get(key)
    if (known) return known
    const lines = new Map<string, Held>()
    this.#groups.set(key, lines)
    this.#clock.after(this.#options.quietMs, () => this.#review(key, lines))
    return lines
  }

  /** Lines that came again are logged, and go on being held back. The rest is forgotten, unless lines had to share one. */
  #review(group: string, lines: Map<string, Held>): void {
    const isFull = (lines.get(others)?.count ?? 0) > 0
    for (const [fields, held] of lines) {
      if (held.count > 0) held.log(held.count)
      else if (!isFull) lines.delete(fields)
      held.count = 0
    }
    if (lines.size === 0) this.#groups.delete(group)
    else this.#clock.after(this.#options.quietMs, () => this.#review(group, lines))
  }
}
