/** How many watched at a time. */
export interface Sample {
  at: number
  viewers: number
}

export const historyMs = 120_000

export const withSample = (samples: readonly Sample[], sample: Sample): Sample[] => [
  ...samples.filter(({ at }) => sample.at - at < historyMs),
  sample,
]

/**
 * The outline of an area, for the `d` of an SVG path in a box of `width` × `height`: time runs to the right and ends at
 * `now`; `most` viewers touch the top.
 */
export function outlineOf(
  samples: readonly Sample[],
  now: number,
  most: number,
  width: number,
  height: number,
): { line: string; area: string } {
  const points = samples.map(({ at, viewers }) => {
    const x = width * (1 - Math.min(historyMs, now - at) / historyMs)
    const y = height * (1 - viewers / Math.max(1, most))
    return `${x.toFixed(1)} ${y.toFixed(1)}`
  })
  if (points.length === 0) return { line: '', area: '' }
  const line = `M${points.join('L')}`
  const startX = points[0]?.split(' ')[0]
  const endX = points.at(-1)?.split(' ')[0]
  return { line, area: `${line}L${endX} ${height}L${startX} ${height}Z` }
}
