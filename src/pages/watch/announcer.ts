import type { ListEntry } from '../../sdk/index.ts'

const calmPerWindow = 6
const windowMs = 10_000

/**
 * What a screen reader is told. While comments come slowly the log reads them out; when they come faster than anyone
 * can listen it is silent, and a line every ten seconds says how many came. The history is not read out.
 */
export class Announcer {
  silent = true
  summary = ''
  #newestSeq: number | null = null
  #count = 0
  #windowFrom: number
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#windowFrom = now()
  }

  /** `live`: the stream is there. */
  see(entries: readonly ListEntry[], live: boolean): void {
    if (!live) return
    this.#count += this.#countNew(entries)
    if (this.#count > calmPerWindow) this.silent = true
    if (this.#now() - this.#windowFrom < windowMs) return
    this.summary = this.silent && this.#count > 0 ? `${this.#count} new comments` : ''
    this.silent = this.#count > calmPerWindow
    this.#count = 0
    this.#windowFrom = this.#now()
  }

  #countNew(entries: readonly ListEntry[]): number {
    const seen = this.#newestSeq
    let count = 0
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = entries[index]
      if (entry?.kind !== 'comment') continue
      if (entry.comment.seq <= (seen ?? 0)) break
      this.#newestSeq = Math.max(this.#newestSeq ?? 0, entry.comment.seq)
      count++
    }
    this.#newestSeq ??= 0
    return seen === null ? 0 : count
  }
}
