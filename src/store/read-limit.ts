import type { PatienceOptions } from '../domain/patience.ts'

/** How much of the store's reading may wait. Every adapter keeps to it. */
export interface ReadLimit {
  /** Reads that wait, of each priority. */
  waitingMax: number
  /** Of them, pages of one client. */
  clientWaitingMax: number
  /** How long pages wait, when many do. */
  pagePatience: PatienceOptions
}

export const defaultReadLimit: ReadLimit = {
  waitingMax: 1_000,
  clientWaitingMax: 200,
  // As many as one client may have waiting.
  pagePatience: { waitMsMax: 50, aheadMin: 200 },
}
