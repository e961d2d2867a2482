/**
 * Bytes that may be kept for long. Node cuts small buffers out of slabs of 64 KB (`Buffer.from`, `Buffer.concat`), and a slab
 * lives as long as any piece of it: an event of 200 bytes in a ring would hold 64 KB. These have memory of their own.
 */
export function keptBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/**
 * The parts in a row, with memory of their own.
 * @param before ASCII text to stand before them
 * @param after ASCII text to stand after them
 */
export function joinKept(parts: readonly Uint8Array[], before = '', after = ''): Buffer {
  const joined = Buffer.allocUnsafeSlow(before.length + sizeOf(parts) + after.length)
  let end = joined.write(before, 'ascii')
  for (const part of parts) {
    joined.set(part, end)
    end += part.length
  }
  joined.write(after, end, 'ascii')
  return joined
}

/** How many bytes the parts hold together. */
export const sizeOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((size, { length }) => size + length, 0)

/** V8 makes a part of a text hold the whole text; a copy holds itself alone. */
export const keptText = (text: string): string => keptBytes(text).toString()
