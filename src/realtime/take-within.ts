/** The first items whose sizes together are at most `sizeMax`; one at least, whatever its size, if there is any. */
export function takeWithin<Item>(
  items: Iterable<Item>,
  sizeOf: (item: Item) => number,
  sizeMax: number,
): Item[] {
  const taken: Item[] = []
  let size = 0
  for (const item of items) {
    size += sizeOf(item)
    if (taken.length > 0 && size > sizeMax) break
    taken.push(item)
  }
  return taken
}
