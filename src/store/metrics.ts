/** What a store reports about itself, for any exporter. */
export interface StoreMetrics {
  /** How far the clock of this process is ahead of the store's at least, in ms; negative: behind. */
  clockSkew(skewMs: number): void
}
