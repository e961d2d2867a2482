import type { Clock } from '../domain/time.ts'

export interface RepeatedLinesOptions {
  /** The same line is logged once in this time. */
  quietMs: number
  /** Lines of one message that differ in their fields, in that time. */
  differentMax: number
  /** Messages that are kept apart; all others share one. */
  messagesMax: number
}

export const defaultRepeatedLines: RepeatedLinesOptions = Object.freeze({
  quietMs: 60_000,
  differentMax: 20,
  messagesMax: 200,
})

interface Held {
  count: number
  /** Logs the last of them. */
  log: (repeated: number) => void
}

const [others, otherMessages] = ['(others)', '(other messages)']

/** Holds back warnings and errors that were logged a moment ago, and logs them once in a while with their number. */
export class RepeatedLines {
  readonly #clock: Clock
  readonly #options: RepeatedLinesOptions
  /** By message, then by the fields of the line. */
  readonly #messages = new Map<string, Map<string, Held>>()

  constructor(clock: Clock, options: RepeatedLinesOptions = defaultRepeatedLines) {
    this.#clock = clock
    this.#options = options
  }

  /**
   * Whether a line is to be logged now.
   * @param log logs it later, with how many were held back
   */
  admit(message: string, fields: string, log: (repeated: number) => void): boolean {
    const lines = this.#linesOf(message)
    const isNew = !lines.has(fields) && lines.size < this.#options.differentMax
    if (isNew) lines.set(fields, { count: 0, log })
    else {
      const key = lines.has(fields) ? fields : others
      lines.set(key, { count: (lines.get(key)?.count ?? 0) + 1, log })
    }
    return isNew
  }

  #linesOf(message: string): Map<string, Held> {
    const isKept = this.#messages.has(message) || this.#messages.size < this.#options.messagesMax
    const key = isKept ? message : otherMessages
    const known = this.#messages.get(key)
    if (known) return known
    const lines = new Map<string, Held>()
    this.#messages.set(key, lines)
    this.#clock.after(this.#options.quietMs, () => this.#review(key, lines))
    return lines
  }

  /** What came again is logged, and goes on being held back; the rest is forgotten. */
  #review(message: string, lines: Map<string, Held>): void {
    for (const [fields, held] of lines) {
      if (held.count === 0) lines.delete(fields)
      else held.log(held.count)
      held.count = 0
    }
    if (lines.size === 0) this.#messages.delete(message)
    else this.#clock.after(this.#options.quietMs, () => this.#review(message, lines))
  }
}
