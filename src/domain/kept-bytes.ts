/**
 * Bytes that may be kept for long. Node cuts small buffers out of slabs of 64 KB (`Buffer.from`, `Buffer.concat`), and a slab
 * lives as long as any piece of it: an event of 200 bytes in a ring would hold 64 KB. These have memory of their own.
 */
export function keptBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/** The parts in a row, with memory of their own. */
export function joinKept(parts: readonly Uint8Array[]): Buffer {
  const joined = Buffer.allocUnsafeSlow(parts.reduce((size, { length }) => size + length, 0))
  let end = 0
  for (const part of parts) {
    joined.set(part, end)
    end += part.length
  }
  return joined
}

/** V8 makes a part of a text hold the whole text; a copy holds itself alone. */
export const keptText = (text: string): string => keptBytes(text).toString()
