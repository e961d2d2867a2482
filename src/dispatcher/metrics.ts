/** What a dispatcher counts; who exposes it is not its business. */
export interface DispatcherMetrics {
  leading(leads: boolean): void
  /** An assignment was written, in which so many slots have another node than before. */
  assigned(generation: number, slotsMoved: number): void
  /** Another leader wrote in between. */
  overtaken(): void
}
