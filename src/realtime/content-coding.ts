/**
 * What the text of a stream is coded in (RFC 9110, 8.4). A coding here has one property above all: what it makes of a piece
 * of text depends on nothing that came before, so that the same bytes can be sent to every viewer, whenever each of them came.
 */
export interface ContentCoding {
  /** As `content-encoding` names it; null where that header is left out. */
  readonly name: string | null
  /** What every body begins with. */
  readonly preamble: Buffer
  /** Codes pieces of text, in a row, for so many viewers: the more they are, the more it may cost. Copies no text. */
  encode(pieces: readonly Buffer[], viewers: number): readonly Buffer[]
}

/** Text as it is. */
export const identity: ContentCoding = {
  name: null,
  preamble: Buffer.alloc(0),
  encode: (pieces) => pieces,
}
