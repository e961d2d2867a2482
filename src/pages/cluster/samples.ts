/** How many watched at a time. */
export interface Sample {
  at: number
  viewers: number
}

export const historyMs = 120_000
/** A page that was just opened stretches what it has seen, but no less than this. */
const spanMsMin = 20_000

export const withSample = (samples: readonly Sample[], sample: Sample): Sample[] => [
  ...samples.filter(({ at }) => sample.at - at < historyMs),
  sample,
]

/** What curves share that are to be compared. */
export interface Scale {
  now: number
  /** How much time there is from the left edge to the right. */
  spanMs: number
  /** Viewers at the top. */
  most: number
}

/** @param longest the samples that reach back the furthest */
export function scaleOf(longest: readonly Sample[], all: readonly (readonly Sample[])[], now: number): Scale {
  const seenMs = now - (longest[0]?.at ?? now)
  const most = all.reduce(
    (high, samples) => samples.reduce((top, { viewers }) => Math.max(top, viewers), high),
    1,
  )
  return { now, spanMs: Math.min(historyMs, Math.max(spanMsMin, seenMs)), most }
}

/** A curve and the area below it, for the `d` of SVG paths in a box of `width` × `height`. */
export function outlineOf(
  samples: readonly Sample[],
  { now, spanMs, most }: Scale,
  width: number,
  height: number,
): { line: string; area: string } {
  const points = samples.map(({ at, viewers }) => {
    const x = width * Math.max(0, 1 - (now - at) / spanMs)
    const y = height * (1 - viewers / most)
    return { x: x.toFixed(1), y: y.toFixed(1) }
  })
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return { line: '', area: '' }
  const line = `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`
  return { line, area: `${line}L${last.x} ${height}L${first.x} ${height}Z` }
}
