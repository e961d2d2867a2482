import type { BackoffOptions } from '../../domain/backoff.ts'

/** The bounds and paces of the links to realtime nodes; each link has its own. */
export interface DispatchedOptions {
  /** Events that wait for a node; beyond it the oldest are dropped. */
  queueBytesMax: number
  /** One request: small enough that reading it holds no node's event loop for long. */
  batchBytesMax: number
  /** A node that has not answered by then is taken for frozen. */
  requestMsMax: number
  /** Waits before a new attempt. */
  retry: BackoffOptions
  /** For how long after its publication an event is worth another attempt: by then its viewers have it from the store. */
  retryForMs: number
  /** A link that carried nothing for so long is closed. */
  idleMs: number
  /** What waits when the bus is closed may take so long. */
  closeMsMax: number
}

export const defaultDispatchedOptions: DispatchedOptions = Object.freeze({
  queueBytesMax: 8_388_608,
  batchBytesMax: 262_144,
  requestMsMax: 2_000,
  retry: { firstMs: 25, maxMs: 500, settledMs: 500 },
  retryForMs: 10_000,
  idleMs: 60_000,
  closeMsMax: 1_000,
})
