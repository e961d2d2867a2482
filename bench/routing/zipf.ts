/**
 * Draws ranks from 0 to `count - 1`, rank r in proportion to 1 / (r + 1): Zipf's law, which the popularity of videos
 * follows roughly.
 */
export function zipf(count: number, random: () => number = Math.random): () => number {
  const upTo = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1)
    upTo[rank] = sum
  }
  return () => firstAbove(upTo, random() * sum)
}

function firstAbove(upTo: Float64Array, value: number): number {
  let [low, high] = [0, upTo.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((upTo[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
