import { takeWithin } from './take-within.ts'

/** One event of the log, encoded once; the same bytes go to every viewer. */
export interface Entry {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whether it is a comment that history counts. */
  isComment: boolean
  /** The author of the comment; empty if it is none. */
  readonly authorId: string
  /** Whether viewers get it at any rate: a moderator's or the host's. */
  readonly always: boolean
  /** Empty once the comment was erased. */
  bytes: Buffer
}

/** The newest events of a channel, without holes, bounded in number and bytes. */
export class Ring {
  readonly #eventsMax: number
  readonly #bytesMax: number
  #entries: (Entry | undefined)[] = []
  #firstSeq = 1
  #lastSeq = 0
  /** When the event before the first entry was appended; null: not known. */
  #atBefore: number | null = null
  #bytes = 0

  constructor(eventsMax: number, bytesMax: number) {
    this.#eventsMax = eventsMax
    this.#bytesMax = bytesMax
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  get length(): number {
    return this.#lastSeq - this.#firstSeq + 1
  }

  /** Forgets everything; the next entry is the one after `seq`, which was appended `at`, where that is known. */
  restart(seq: number, at: number | null = null): void {
    this.#entries = []
    this.#atBefore = at
    this.#firstSeq = seq + 1
    this.#lastSeq = seq
    this.#bytes = 0
  }

  /** @throws Error when the entry is not the next one: a ring never has holes. */
  push(entry: Entry): void {
    if (entry.seq !== this.#lastSeq + 1) throw new Error(`entry ${entry.seq} after ${this.#lastSeq}`)
    if (this.length === this.#eventsMax) this.#evict()
    this.#entries[entry.seq % this.#eventsMax] = entry
    this.#lastSeq = entry.seq
    this.#bytes += entry.bytes.length
    while (this.#bytes > this.#bytesMax && this.length > 1) this.#evict()
  }

  /** Whether everything after `seq` is here. */
  covers(seq: number): boolean {
    return seq >= this.#firstSeq - 1 && seq <= this.#lastSeq
  }

  /** The entries after `seq`, as many as fit in `bytesMax` and one at least. Only for a `seq` that is covered. */
  after(seq: number, bytesMax: number): Entry[] {
    return takeWithin(this.#allAfter(seq), ({ bytes }) => bytes.length, bytesMax)
  }

  /** When the event `seq` was appended, in milliseconds since 1970; null where it is not known here. */
  atOf(seq: number): number | null {
    if (seq === this.#firstSeq - 1) return this.#atBefore
    return seq < this.#firstSeq || seq > this.#lastSeq ? null : this.#at(seq).at
  }

  /** Where the newest `count` comments begin: the sequence number before them; null when some are not here. */
  historyStart(count: number): number | null {
    let left = count
    let start = this.#lastSeq
    for (let seq = start; seq >= this.#firstSeq && left > 0; seq--) {
      if (!this.#at(seq).isComment) continue
      start = seq - 1
      left--
    }
    return left === 0 || this.#firstSeq === 1 ? start : null
  }

  /** Erases the bytes of a removed comment; frames that share its entry lose them too. */
  erase(seq: number): void {
    if (seq < this.#firstSeq || seq > this.#lastSeq) return
    const entry = this.#at(seq)
    this.#bytes -= entry.bytes.length
    entry.bytes = Buffer.alloc(0)
    entry.isComment = false
  }

  *#allAfter(seq: number): Iterable<Entry> {
    for (let next = seq + 1; next <= this.#lastSeq; next++) yield this.#at(next)
  }

  #evict(): void {
    const { bytes, at } = this.#at(this.#firstSeq)
    this.#bytes -= bytes.length
    this.#atBefore = at
    this.#entries[this.#firstSeq % this.#eventsMax] = undefined
    this.#firstSeq++
  }

  #at(seq: number): Entry {
    const entry = this.#entries[seq % this.#eventsMax]
    if (!entry) throw new Error(`the ring lacks ${seq}`)
    return entry
  }
}
