import { keptBytes } from '../domain/kept-bytes.ts'
import { type Epoch, positionOf } from '../domain/position.ts'
import type { BodyCoding } from './body-coding.ts'
import { encodeNotice, encodePosition } from './encode.ts'
import type { Entry } from './ring.ts'

/** The viewer that a frame is written to. */
export interface FrameReader {
  /** It has every event up to this one. */
  readonly seq: number
  readonly coding: BodyCoding
  /** Its own comments are always shown; null for an anonymous viewer. */
  readonly authorId: string | null
}

export interface FrameParts {
  /** At least one, in order, without holes. */
  entries: readonly Entry[]
  /** The sequence numbers of those that the viewers see; a `gap` counts the others. Null: all. */
  shown: ReadonlySet<number> | null
  epoch: Epoch | null
  /** How many viewers it is written to: whether compressing it pays. */
  viewers: number
}

/** Stands for bytes that one viewer was sent, and perhaps no other will need. */
const askedOnce = Symbol()
type Coded = Buffer | typeof askedOnce

/** Events in a row as one piece of bytes, made once (for each content coding) and written to every viewer of an audience. */
export class Frame {
  readonly #parts: FrameParts
  /** By coding, then by the position of the viewer. */
  readonly #coded = new Map<BodyCoding, Map<number, Coded>>()
  readonly #authorsLeftOut: ReadonlySet<string>

  constructor(parts: FrameParts) {
    this.#parts = parts
    const leftOut = parts.entries.filter((entry) => this.#isLeftOut(entry))
    this.#authorsLeftOut = new Set(leftOut.map(({ authorId }) => authorId))
  }

  get entries(): readonly Entry[] {
    return this.#parts.entries
  }

  /** The sequence number before its first event. */
  get afterSeq(): number {
    return (this.entries[0]?.seq ?? 1) - 1
  }

  get lastSeq(): number {
    return this.afterSeq + this.entries.length
  }

  /** Whether some of its events are left out, or might have been. */
  get isSample(): boolean {
    return this.#parts.shown !== null
  }

  /** How many events it brings to nearly all of its viewers. */
  get shownEvents(): number {
    return this.#parts.shown?.size ?? this.entries.length
  }

  /** To be called when an entry's bytes were erased: viewers whose turn has not come get the others. */
  recode(): void {
    this.#coded.clear()
  }

  /** How many of its events go to a viewer at this position; nearly so where some are left out. */
  eventsAfter(seq: number): number {
    return this.#parts.shown === null ? this.lastSeq - Math.max(seq, this.afterSeq) : this.shownEvents
  }

  /**
   * The same bytes for all viewers at the same position, except those whose own comment was left out. Nearly all viewers are
   * at the position before the frame. Another position may be that of one viewer, who came while the events gathered: for the
   * first viewer at it nothing is compressed.
   */
  bytesFor(reader: FrameReader): Buffer {
    const { coding } = reader
    if (this.#lacksOwn(reader)) return coding.encode(this.#textFor(reader), 1)
    const coded = this.#codedIn(coding)
    const seq = Math.max(reader.seq, this.afterSeq)
    const known = coded.get(seq)
    if (known !== undefined && known !== askedOnce) return known
    const isAlone = seq > this.afterSeq && known === undefined
    const bytes = coding.encode(this.#textFor(reader), isAlone ? 1 : this.#parts.viewers)
    coded.set(seq, isAlone ? askedOnce : bytes)
    return bytes
  }

  #codedIn(coding: BodyCoding): Map<number, Coded> {
    const known = this.#coded.get(coding)
    if (known) return known
    const coded = new Map<number, Coded>()
    this.#coded.set(coding, coded)
    return coded
  }

  #lacksOwn({ authorId }: FrameReader): boolean {
    return authorId !== null && this.#authorsLeftOut.has(authorId)
  }

  #isLeftOut({ seq }: Entry): boolean {
    const { shown } = this.#parts
    return shown !== null && !shown.has(seq)
  }

  #textFor(reader: FrameReader): Buffer[] {
    const parts: Buffer[] = []
    let missed = 0
    for (const entry of this.entries) {
      if (entry.seq <= reader.seq) continue
      if (this.#isLeftOut(entry) && entry.authorId !== reader.authorId) missed++
      else parts.push(entry.bytes)
    }
    if (missed > 0) parts.push(this.#tellGap(missed))
    return parts
  }

  /** With the position after the frame, so that a viewer who resumes there is not told of the same events again. */
  #tellGap(missed: number): Buffer {
    const at = this.entries.at(-1)?.at ?? 0
    const position = positionOf({ epoch: this.#parts.epoch, seq: this.lastSeq, at })
    return keptBytes(encodeNotice('gap', { missed, reason: 'rate' }) + encodePosition(position))
  }
}
