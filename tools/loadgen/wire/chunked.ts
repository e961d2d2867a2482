const lineFeed = 0x0a
const lineBytesMax = 8_192

type State = 'size' | 'data' | 'dataEnd' | 'trailer' | 'done'

/** Takes the chunked transfer coding (RFC 9112, section 7.1) off a body, however the bytes are split over reads. */
export class ChunkedDecoder {
  readonly #onData: (bytes: Buffer) => void
  #state: State = 'size'
  #line = ''
  #dataLeft = 0

  constructor(onData: (bytes: Buffer) => void) {
    this.#onData = onData
  }

  get done(): boolean {
    return this.#state === 'done'
  }

  /**
   * Hands on the data in `bytes` as views of it; returns how many bytes belonged to the body.
   * @throws Error when they are no chunked body.
   */
  decode(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length && this.#state !== 'done')
      at = this.#state === 'data' ? this.#takeData(bytes, at) : this.#takeLine(bytes, at)
    return at
  }

  #takeData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#dataLeft)
    this.#dataLeft -= end - at
    if (this.#dataLeft === 0) this.#state = 'dataEnd'
    this.#onData(bytes.subarray(at, end))
    return end
  }

  #takeLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(lineFeed, at)
    this.#line += bytes.toString('latin1', at, end === -1 ? bytes.length : end)
    if (this.#line.length > lineBytesMax) throw new Error('A line of the chunked body is too long.')
    if (end === -1) return bytes.length
    const line = this.#line.trimEnd()
    this.#line = ''
    this.#state = this.#afterLine(line)
    return end + 1
  }

  #afterLine(line: string): State {
    if (this.#state === 'size') return this.#afterSize(line)
    if (this.#state === 'trailer') return line === '' ? 'done' : 'trailer'
    if (line !== '') throw new Error('A chunk is longer than it says.')
    return 'size'
  }

  #afterSize(line: string): State {
    const [, digits] = /^([0-9a-f]{1,12})\s*(?:;|$)/i.exec(line) ?? []
    if (digits === undefined) throw new Error('The size of a chunk is not a number.')
    this.#dataLeft = Number.parseInt(digits, 16)
    return this.#dataLeft === 0 ? 'trailer' : 'data'
  }
}
