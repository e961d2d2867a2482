import type { FairQueue, QueueClient } from './fair-queue.ts'

/** When something has waited too long to be served. */
export interface PatienceOptions {
  /** Longer than this is too long. */
  waitMsMax: number
  /**
   * As many as come at once without an overload. What had fewer before it is always served: a slow machine is not overloaded,
   * and a client with one request is not to blame for another client's thousand.
   */
  aheadMin: number
}

/** How something joined a queue. */
export interface Arrival {
  /** When, in `Clock.elapsed` time. */
  since: number
  /** How many had to be served before it, at most. */
  ahead: number
}

/** To be noted before it is added. */
export const arrivalIn = <Item>(queue: FairQueue<Item>, client: QueueClient, now: number): Arrival => ({
  since: now,
  ahead: queue.ahead(client),
})

/**
 * Whether something is better refused than served now. Under lasting overload a queue is as long as it may be, and everything
 * in it waits for all of that. Refusing what has waited too long keeps the wait short for the rest (Maurer, "Fail at
 * Scale", ACM Queue 2015; Nichols and Jacobson, CoDel, 2012).
 */
export const isTooLate = (
  { waitMsMax, aheadMin }: PatienceOptions,
  { since, ahead }: Arrival,
  now: number,
): boolean => now - since > waitMsMax && ahead >= aheadMin
