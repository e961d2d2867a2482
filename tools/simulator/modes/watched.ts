import { commentsOf } from '../world/audience.ts'

/** The live videos at one moment. */
export interface Watched {
  viewers: Float64Array
  /** For each, a number that its name hashes to, evenly spread over 0 … 2³² − 1. */
  hashes: Uint32Array
}

/** Comments per second of all of them together. */
export const allComments = ({ viewers }: Watched): number =>
  viewers.reduce((sum, count) => sum + commentsOf(count), 0)
