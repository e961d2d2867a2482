/** When a queue is too long, and too slow, to be waited in. */
export interface PatienceOptions {
  /** Longer than this is too slow. */
  waitMsMax: number
  /** As many as come at once in a good hour. Where fewer wait, they wait: a slow machine is no overload. */
  waitingMin: number
}

/**
 * Whether what has waited since `since` is better refused than done, when `waiting` more wait with it. Under lasting
 * overload a queue is as long as it may be, and each thing that it serves has waited for all of that: what is refused
 * keeps the wait short for what is served (Maurer, "Fail at Scale", ACM Queue 2015; Nichols and Jacobson, CoDel, 2012).
 */
export const isTooLate = (
  { waitMsMax, waitingMin }: PatienceOptions,
  waitedMs: number,
  waiting: number,
): boolean => waitedMs > waitMsMax && waiting >= waitingMin
