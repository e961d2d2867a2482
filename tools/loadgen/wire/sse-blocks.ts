/** One block of an event stream: the fields of it that stood there. */
export interface SseBlock {
  id: string | null
  event: string | null
  data: string | null
  retryMs: number | null
}

const blankLine = Buffer.from('\n\n')
const blockBytesMax = 1_048_576

/**
 * Splits a stream into blocks, each the text between blank lines, however the bytes are split over reads.
 * `read` calls `scan` with bytes that begin where a block does; what follows the last whole block is kept.
 */
export class BlockReader {
  #rest: Buffer | null = null

  /**
   * What `scan` made of the whole blocks so far, or null when none has been completed.
   * @throws Error when a block does not end.
   */
  read<Scanned>(bytes: Buffer, scan: (blocks: Buffer) => Scanned): Scanned | null {
    const all = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes
    const last = all.lastIndexOf(blankLine)
    const end = last === -1 ? 0 : last + blankLine.length
    if (all.length - end > blockBytesMax) throw new Error('An event of the stream is too long.')
    this.#rest = end === all.length ? null : Buffer.from(all.subarray(end))
    if (end === 0) return null
    return scan(end === all.length ? all : all.subarray(0, end))
  }
}

/** The blocks in `bytes`, as the HTML Standard's section 9.2 reads them; line ends are `\n` alone. */
export function parseBlocks(bytes: Buffer): SseBlock[] {
  return bytes
    .toString()
    .split('\n\n')
    .map(parseBlock)
    .filter((block) => block !== null)
}

/** Null for a block that says nothing: a comment, or an event's name without data. */
function parseBlock(text: string): SseBlock | null {
  const block: SseBlock = { id: null, event: null, data: null, retryMs: null }
  for (const line of text.split('\n')) readLine(line, block)
  return block.id === null && block.data === null && block.retryMs === null ? null : block
}

function readLine(line: string, block: SseBlock): void {
  const colon = line.indexOf(':')
  const name = colon === -1 ? line : line.slice(0, colon)
  const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
  if (name === 'data') block.data = block.data === null ? value : `${block.data}\n${value}`
  else if (name === 'event') block.event = value
  else if (name === 'id' && !value.includes('\0')) block.id = value
  else if (name === 'retry' && /^\d+$/.test(value)) block.retryMs = Number(value)
}
