/** What a store shows of itself; who exposes it is not its business. */
export interface StoreMetrics {
  /** How far the clock of this process is ahead of the store's at least, in ms; negative: behind. */
  clockSkew(skewMs: number): void
}
