import { joinKept, sizeOf } from '../domain/kept-bytes.ts'
import { type ContentCoding, identity } from './content-coding.ts'
import { gzip } from './gzip.ts'

/**
 * How the body of a stream is put on the wire: its content coding and, over HTTP/1.1, chunks (RFC 9112, 7.1). One piece of
 * text becomes one chunk, made once and sent to every viewer of that coding. Clients that read a body chunk by chunk then
 * show each event at once, and every client can tell a stream that ended from one that was cut off.
 */
export interface BodyCoding {
  /** As `content-encoding` names it; null where that header is left out. */
  readonly contentEncoding: string | null
  readonly isChunked: boolean
  /** What every body begins with. */
  readonly beginning: Buffer
  /**
   * A piece of the body, with memory of its own, that holds this text, given whole or in parts; empty for no text.
   * @param viewers how many will be sent it: whether compressing it pays
   */
  encode(text: string | readonly Buffer[], viewers: number): Buffer
  /** The last piece of a body that ends in order, and its end. */
  encodeLast(text: string): Buffer
}

const lineEnd = '\r\n'
const lastChunk = `0${lineEnd}${lineEnd}`
const nothing = Buffer.alloc(0)

function bodyCoding(content: ContentCoding, isChunked: boolean): BodyCoding {
  const join = isChunked ? chunkOf : (pieces: readonly Buffer[]) => joinKept(pieces)
  const encode: BodyCoding['encode'] = (text, viewers) =>
    join(content.encode(typeof text === 'string' ? [Buffer.from(text)] : text, viewers))
  return {
    contentEncoding: content.name,
    isChunked,
    beginning: join([content.preamble]),
    encode,
    encodeLast: (text) => joinKept([encode(text, 1)], '', isChunked ? lastChunk : ''),
  }
}

/** Nothing becomes nothing: a chunk without bytes would end the body. */
function chunkOf(pieces: readonly Buffer[]): Buffer {
  const size = sizeOf(pieces)
  return size === 0 ? nothing : joinKept(pieces, `${size.toString(16)}${lineEnd}`, lineEnd)
}

/** HTTP/1.1, which nearly everybody speaks. */
export const plainChunks = bodyCoding(identity, true)
export const gzipChunks = bodyCoding(gzip, true)
/** HTTP/1.0, which knows no chunks: the body ends with its connection. */
export const plainUntilClose = bodyCoding(identity, false)
export const gzipUntilClose = bodyCoding(gzip, false)
