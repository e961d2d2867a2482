import type { Entry } from './ring.ts'

/** Events in a row as one piece of bytes, made once and written to every viewer of a channel. */
export class Frame {
  readonly entries: readonly Entry[]
  #bytes: Buffer | null = null

  /** @param entries at least one, in order, without holes */
  constructor(entries: readonly Entry[]) {
    this.entries = entries
  }

  /** The bytes of an entry have been erased: viewers whose turn has not come get the rest alone. */
  rejoin(): void {
    this.#bytes = null
  }

  /** The sequence number before its first event. */
  get afterSeq(): number {
    return (this.entries[0]?.seq ?? 1) - 1
  }

  get lastSeq(): number {
    return this.afterSeq + this.entries.length
  }

  /** For a viewer who came while it was gathered and has its first events already. */
  bytesAfter(seq: number): Buffer {
    if (seq > this.afterSeq) return join(this.entries.filter((entry) => entry.seq > seq))
    this.#bytes ??= join(this.entries)
    return this.#bytes
  }
}

function join(entries: readonly Entry[]): Buffer {
  const [only] = entries
  return entries.length === 1 && only ? only.bytes : Buffer.concat(entries.map((entry) => entry.bytes))
}
