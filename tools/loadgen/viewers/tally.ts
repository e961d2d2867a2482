import { Histogram } from '../measure/histogram.ts'

/** What all viewers together have received so far. */
export interface CrowdTally {
  /** Events of the log, repeats included. */
  events: number
  /** Reads of a socket that brought at least one of them. */
  eventReads: number
  /** All that came over the sockets, HTTP included. */
  bytes: number
  reconnects: number
  gaps: number
  /** When the last event came, of `performance.now()`. */
  lastEventAt: number
  /** From the start of a POST to the comment's arrival. */
  latency: Histogram
  /** Streams by their content encoding. */
  encodings: Map<string, number>
  /** Why viewers gave up. */
  failures: Map<string, number>
}

export const newCrowdTally = (): CrowdTally => ({
  events: 0,
  eventReads: 0,
  bytes: 0,
  reconnects: 0,
  gaps: 0,
  lastEventAt: 0,
  latency: new Histogram(),
  encodings: new Map(),
  failures: new Map(),
})

export function countUp<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
