import { constants, deflateRawSync } from 'node:zlib'
import { sizeOf } from '../domain/kept-bytes.ts'
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
  encode(pieces, viewers) {
    return viewers < worthwhileViewers || sizeOf(pieces) < worthwhileBytes ? store(pieces) : [deflate(pieces)]
  },
}

const deflate = (pieces: readonly Buffer[]): Buffer =>
  deflateRawSync(Buffer.concat(pieces), { finishFlush: constants.Z_FULL_FLUSH })

/** An empty block, as a flush leaves it. Go's decoder shows what it has at such a one, and at no other end of a block. */
const flushMark = Buffer.from([0, 0, 0, 0xff, 0xff])

/** Blocks of plain bytes (RFC 1951, 3.2.4): ten bytes more, and nothing to compute. */
function store(pieces: readonly Buffer[]): Buffer[] {
  const blocks: Buffer[] = []
  let block: Buffer[] = []
  let room = storedBytesMax
  const end = () => {
    if (block.length > 0) blocks.push(storedHeader(storedBytesMax - room), ...block)
    block = []
    room = storedBytesMax
  }
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + room)
      block.push(part)
      from += part.length
      room -= part.length
      if (room === 0) end()
    }
  }
  end()
  return blocks.length === 0 ? blocks : [...blocks, flushMark]
}

function storedHeader(length: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt16LE(length, 1)
  bytes.writeUInt16LE(length ^ 0xffff, 3)
  return bytes
}
