/**
 * The bytes in pieces of the lengths that `lengths` gives (0 counts as 1), the way reads may split a stream. As with
 * a real connection each piece is a view of one buffer, which the next overwrites: who keeps a piece must copy it.
 */
export function* splitAt(bytes: Buffer, lengths: Iterator<number>): Generator<Buffer> {
  const shared = Buffer.alloc(bytes.length)
  for (let at = 0; at < bytes.length; ) {
    const end = at + Math.max(1, lengths.next().value ?? bytes.length)
    yield shared.subarray(0, bytes.copy(shared, 0, at, end))
    at = end
  }
}
