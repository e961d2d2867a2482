import type { BodyCoding } from './body-coding.ts'
import type { Rate } from './rate.ts'
import type { ViewerSocket } from './viewer-socket.ts'

/** The terms of a viewer's stream: those that the request asked for and its token allows. */
export interface StreamTerms {
  rate: Rate
  coding: BodyCoding
  /** When its token expires, in milliseconds since 1970; null for an anonymous viewer. */
  expiresAt: number | null
  /** Its own comments are shown at any rate; null for an anonymous viewer. */
  authorId: string | null
  /** A proxy on the way takes a few seconds of silence for a frozen node. */
  quickHeartbeats: boolean
}

/**
 * `waiting`: placed nowhere yet. `catching-up`: being brought from its position to the end of the log.
 * `live`: gets every frame as it is made. `closed`: gone.
 */
export type ConnectionState = 'waiting' | 'catching-up' | 'live' | 'closed'

/**
 * One open SSE response. There may be a hundred thousand of them, nearly all idle: a few numbers each, no timers and no
 * buffers, and what many have in common (`terms`) may be one object for all.
 */
export class Connection {
  state: ConnectionState = 'waiting'
  /** Every event up to this sequence number was written to it, or counted in a `gap`. */
  seq = 0
  /** Whether it was live before: if it lags now, it reads too slowly. */
  wasLive = false
  readonly socket: ViewerSocket
  readonly terms: StreamTerms
  /** Where it sits on the heartbeats' wheel. */
  spoke = 0

  #wake: (() => void) | null = null
  #hearsDrain = false
  #written = 0
  /** `#written` at the last call of `writeIfQuiet`. */
  #writtenBefore = 0
  /** How many of the written bytes the viewer had taken when that number last changed, and when, in `Clock.elapsed` time. */
  #taken = 0
  #takenAt = 0

  constructor(socket: ViewerSocket, terms: StreamTerms) {
    this.socket = socket
    this.terms = terms
  }

  get open(): boolean {
    return this.state !== 'closed'
  }

  get coding(): BodyCoding {
    return this.terms.coding
  }

  get authorId(): string | null {
    return this.terms.authorId
  }

  /** Writes text for this viewer alone. */
  write(text: string): void {
    this.writeCoded(this.coding.encode(text, 1))
  }

  /** Writes bytes that are in its coding already. */
  writeCoded(bytes: Buffer): void {
    if (!this.open || bytes.length === 0) return
    this.#written += bytes.length
    this.socket.write(bytes)
  }

  /** Writes bytes that are in its coding already, unless others were written since the last call. */
  writeIfQuiet(bytes: Buffer): void {
    if (this.#written === this.#writtenBefore) this.writeCoded(bytes)
    this.#writtenBefore = this.#written
  }

  /** Ends the stream in order, after the bytes that wait. */
  end(text: string): void {
    if (!this.open) return
    this.state = 'closed'
    this.socket.end(this.coding.encodeLast(text))
  }

  /** Whether bytes wait and the viewer has taken none of them for `stallMs`. Measures between calls: call it regularly. */
  isStalled(elapsedMs: number, stallMs: number): boolean {
    const taken = this.#written - this.socket.bufferedBytes
    if (this.socket.bufferedBytes > 0 && taken === this.#taken) return elapsedMs - this.#takenAt > stallMs
    this.#taken = taken
    // Whole numbers, which take no memory of their own.
    this.#takenAt = Math.round(elapsedMs)
    return false
  }

  /** Resolves when the viewer has taken all waiting bytes, or is gone. */
  drained(): Promise<void> {
    if (!this.#hearsDrain) this.socket.onDrain(() => this.wake())
    this.#hearsDrain = true
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** To be called when the socket has drained or closed. */
  wake(): void {
    this.#wake?.()
    this.#wake = null
  }
}
