import { constants, deflateRawSync } from 'node:zlib'
import { joinKept } from '../domain/kept-bytes.ts'
import type { ContentCoding } from './content-coding.ts'

/** Deflating a frame costs about as much as this many writes: for fewer viewers it is not worth it. */
const worthwhileViewers = 4
/** Too short to hold anything twice. */
const worthwhileBytes = 100
const storedBytesMax = 65_535

/** RFC 1952, 2.3: deflate, no flags, no time, an unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/**
 * One gzip stream a viewer, made of blocks that all share. A block by a deflater that has seen nothing else refers to nothing
 * before it, and ended by a flush it leaves the stream at the edge of a byte (RFC 1951, 3.2.3). So such blocks can follow each
 * other in any order, and only the ten bytes at the beginning are a viewer's own. Nobody compresses once per viewer, and no
 * viewer holds a window of ours.
 *
 * The checksum at the end of a gzip stream would be each viewer's own. A stream of events ends by being cut off, so there is
 * none: browsers, curl and fetch take what has come. Node's `createGunzip` does with `finishFlush: Z_SYNC_FLUSH`; without, it
 * says after the last event that the stream is cut off.
 */
export const gzip: ContentCoding = {
  name: 'gzip',
  preamble: header,
  encode(text, viewers) {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    return viewers < worthwhileViewers || bytes.length < worthwhileBytes ? store(bytes) : deflate(bytes)
  },
}

/** Copied, because zlib leaves it in a chunk of 16 KB. */
const deflate = (bytes: Buffer): Buffer =>
  joinKept([deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH })])

/** Blocks of plain bytes (RFC 1951, 3.2.4): five bytes more, and nothing to compute. */
function store(bytes: Buffer): Buffer {
  const blocks: Buffer[] = []
  for (let from = 0; from < bytes.length; from += storedBytesMax) {
    const part = bytes.subarray(from, from + storedBytesMax)
    blocks.push(storedHeader(part.length), part)
  }
  return joinKept(blocks)
}

function storedHeader(length: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt16LE(length, 1)
  bytes.writeUInt16LE(length ^ 0xffff, 3)
  return bytes
}
