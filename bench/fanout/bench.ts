import type { Programs } from './machine/compile.ts'
import type { FanOutOptions } from './options.ts'

/** What every row works with. */
export interface Bench {
  programs: Programs
  options: FanOutOptions
  progress: (text: string) => void
  signal: AbortSignal
}

const viewersMin = 20
const secondsMin = 0.5

/** Fewer for a small run; never so few that there is nothing to see. */
export const viewersOf = ({ options }: Bench, count: number): number =>
  Math.max(Math.min(count, viewersMin), Math.round(count * options.scale))

export const secondsOf = ({ options }: Bench, seconds: number): number =>
  Math.max(secondsMin, seconds * options.scale)
