import { constants, inflateRawSync } from 'node:zlib'

const headerBytes = 10
const restBytesMax = 1_048_576

/** How an empty block with the "last block" bit is coded (RFC 1951, 3.2.3). */
const lastBlock = Buffer.from([0x03, 0x00])
/** What a flush leaves at the end of its blocks: the length of an empty stored block, and its complement. */
const flushMark = Buffer.from([0x00, 0x00, 0xff, 0xff])

/**
 * What whole DEFLATE blocks hold that end at the edge of a byte and refer to nothing before them; null when the bytes
 * end within a block.
 * @throws Error when they are no such blocks.
 */
export function inflateWhole(blocks: Buffer): Buffer | null {
  try {
    // Behind whole blocks, and nowhere else, a last block ends the data as it must be ended.
    return inflateRawSync(Buffer.concat([blocks, lastBlock]))
  } catch {
    checkSoFar(blocks)
    return null
  }
}

function checkSoFar(blocks: Buffer): void {
  try {
    inflateRawSync(blocks, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch (cause) {
    throw new Error('The gzip of the stream is not made of independent blocks.', { cause })
  }
}

/**
 * Takes gzip off a body that is made of such blocks (full flushes), however its bytes are split over reads. An inflater
 * for each of thousands of viewers would cost tens of KB and a thread's turn; blocks that stand alone need none, and who
 * is sent the same bytes can have them inflated once.
 */
export class GzipBody {
  #begun = false
  #rest: Buffer | null = null

  /**
   * What the whole blocks so far hold, or null when none has been completed.
   * @param inflate `inflateWhole`, or that with a memory
   * @throws Error when this is no gzip, or none of such blocks, or a block does not end.
   */
  read(bytes: Buffer, inflate: (blocks: Buffer) => Buffer | null): Buffer | null {
    const all = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes
    const from = this.#begun ? 0 : headerBytes
    if (all.length <= from) return this.#keep(all)
    if (!this.#begun) checkHeader(all)
    this.#begun = true
    return this.#inflate(all.subarray(from), inflate)
  }

  #inflate(blocks: Buffer, inflate: (blocks: Buffer) => Buffer | null): Buffer | null {
    const plain = inflate(blocks)
    if (plain) {
      this.#rest = null
      return plain
    }
    const mark = blocks.lastIndexOf(flushMark)
    const end = mark === -1 ? 0 : mark + flushMark.length
    const part = end > 0 && end < blocks.length ? inflate(blocks.subarray(0, end)) : null
    this.#keep(part ? blocks.subarray(end) : blocks)
    return part
  }

  #keep(rest: Buffer): null {
    if (rest.length > restBytesMax) throw new Error('A block of the gzip of the stream is too long.')
    this.#rest = Buffer.from(rest)
    return null
  }
}

/** RFC 1952, 2.3: deflate, and none of the optional fields. */
function checkHeader(bytes: Buffer): void {
  if (bytes.readUInt32BE(0) !== 0x1f8b0800) throw new Error('The body of the stream is not gzip.')
}
