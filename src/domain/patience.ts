/** When something has waited too long to be served. */
export interface PatienceOptions {
  /** Longer than this is too long. */
  waitMsMax: number
  /**
   * As many as come at once in a good hour. What had fewer before it is served, however long that took: a slow machine is no
   * overload, and a client with one request is none beside another one with a thousand.
   */
  aheadMin: number
}

/**
 * Whether what has waited so long is better refused than served, when so many had to be served before it. Under lasting
 * overload a queue is as long as it may be, and each thing that it serves has waited for all of that: what is refused
 * keeps the wait short for what is served (Maurer, "Fail at Scale", ACM Queue 2015; Nichols and Jacobson, CoDel, 2012).
 */
export const isTooLate = (
  { waitMsMax, aheadMin }: PatienceOptions,
  waitedMs: number,
  ahead: number,
): boolean => waitedMs > waitMsMax && ahead >= aheadMin
