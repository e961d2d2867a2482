import type { Epoch, Position } from '../../../src/domain/position.ts'

/** Sequence numbers left out, both ends included. */
interface Hole {
  from: number
  to: number
}

const holesMax = 1_000

/**
 * Judges what one viewer was sent by its sequence numbers alone: from the position at which the viewer began, each
 * must come exactly once and in order.
 */
export class Judge {
  #epoch: Epoch | null = null
  #startSeq: number | null = null
  #seq = 0
  #holes: Hole[] = []
  #repeated = 0
  #outOfOrder = 0
  #resets = 0

  /** How many came again. */
  get repeated(): number {
    return this.#repeated
  }

  /** How many came after a higher one. */
  get outOfOrder(): number {
    return this.#outOfOrder
  }

  /** How often the log became another one, and the judging began anew. */
  get resets(): number {
    return this.#resets
  }

  /** Null until the viewer has a position. */
  get position(): Position | null {
    return this.#startSeq === null ? null : { epoch: this.#epoch, seq: this.#seq }
  }

  /** The server named a position without an event: the viewer's start, or what it resumed from. */
  moveTo({ epoch, seq }: Position): void {
    if (!this.#isIn(epoch)) this.#startAt(epoch, seq)
    else if (seq > this.#seq) this.#leap(seq)
  }

  /** An event came. */
  take({ epoch, seq }: Position): void {
    if (!this.#isIn(epoch)) this.#startAt(epoch, seq - 1)
    if (seq > this.#seq) {
      if (seq > this.#seq + 1) this.#leap(seq - 1)
      this.#seq = seq
    } else if (this.#fill(seq)) this.#outOfOrder++
    else this.#repeated++
  }

  hasAllThrough(seq: number): boolean {
    return this.#startSeq === null || (this.#seq >= seq && this.lostThrough(seq) === 0)
  }

  /** How many sequence numbers there were for this viewer. */
  expectedThrough(seq: number): number {
    return this.#startSeq === null ? 0 : Math.max(0, seq - this.#startSeq)
  }

  /** How many of them did not come. */
  lostThrough(seq: number): number {
    if (this.#startSeq === null) return 0
    const inHoles = this.#holes.reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(to, seq) - from + 1),
      0,
    )
    return inHoles + Math.max(0, seq - this.#seq)
  }

  #isIn(epoch: Epoch | null): boolean {
    if (this.#startSeq === null) return false
    // The log began after the viewer came: its first position was `-:0`.
    if (this.#epoch === null && this.#seq === 0) this.#epoch = epoch
    return this.#epoch === epoch
  }

  #startAt(epoch: Epoch | null, seq: number): void {
    if (this.#startSeq !== null) this.#resets++
    this.#epoch = epoch
    this.#startSeq = seq
    this.#seq = seq
    this.#holes = []
  }

  #leap(seq: number): void {
    const last = this.#holes.at(-1)
    // A viewer with this many holes has failed the judgement anyway; what matters is that memory has a bound.
    if (last && this.#holes.length >= holesMax) last.to = seq
    else this.#holes.push({ from: this.#seq + 1, to: seq })
    this.#seq = seq
  }

  #fill(seq: number): boolean {
    const index = this.#holes.findIndex(({ from, to }) => from <= seq && seq <= to)
    const hole = this.#holes[index]
    if (!hole) return false
    const around = [
      { from: hole.from, to: seq - 1 },
      { from: seq + 1, to: hole.to },
    ]
    this.#holes.splice(index, 1, ...around.filter(({ from, to }) => from <= to))
    return true
  }
}
