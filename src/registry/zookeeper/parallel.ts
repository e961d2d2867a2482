/** Does `work` on each item, on a few at a time. */
export async function inParallel<T, R>(
  items: T[],
  atOnceMax: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const entries = items.entries()
  const worker = async () => {
    // One iterator for all workers: each takes the next item when it has done one.
    for (const [index, item] of entries) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: atOnceMax }, worker))
  return results
}
