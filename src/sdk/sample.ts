/** Comments left out one after the other, because there are more than are to be shown. */
export interface Sample {
  missed: number
  /** When the last of them were, in `Clock.elapsed` time. */
  at: number
}

/** After this long with nothing left out a sample is over; what is left out later is another. */
export const samplePauseMs = 10_000

export const isOver = ({ at }: Sample, now: number): boolean => now - at >= samplePauseMs

export function sampled(sample: Sample | null, missed: number, now: number): Sample {
  const before = sample === null || isOver(sample, now) ? 0 : sample.missed
  return { missed: before + missed, at: now }
}
