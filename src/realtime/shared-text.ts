import type { BodyCoding } from './body-coding.ts'

/** Text for many viewers, encoded once for each coding, when the first viewer of that coding needs it. */
export class SharedText {
  readonly #pieces: readonly Buffer[]
  readonly #viewers: number
  readonly #coded = new Map<BodyCoding, Buffer>()

  /** @param viewers about how many will be sent it: whether compressing it pays */
  constructor(pieces: readonly Buffer[], viewers: number) {
    this.#pieces = pieces
    this.#viewers = viewers
  }

  bytesIn(coding: BodyCoding): Buffer {
    const known = this.#coded.get(coding)
    if (known) return known
    const bytes = coding.encode(this.#pieces, this.#viewers)
    this.#coded.set(coding, bytes)
    return bytes
  }
}
