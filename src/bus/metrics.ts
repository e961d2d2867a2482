/** What a bus that leaves the process counts, on either half. */
export interface BusMetrics {
  /** One message was handed to the server or the node that carries it on. */
  published(events: number, bytes: number): void
  /** Events that were not handed over: too much waits already, or nobody is there to take them. */
  dropped(events: number): void
  /** One message came; `wanted` of its events are of live videos that were asked for, the others are waste. */
  received(events: number, wanted: number, bytes: number): void
  /** One call that asks for so many channels was sent. */
  subscribed(channels: number): void
  /** One call that lets go of so many channels was sent. */
  unsubscribed(channels: number): void
}

/** Counts nothing. */
export const noBusMetrics: BusMetrics = Object.freeze({
  published() {},
  dropped() {},
  received() {},
  subscribed() {},
  unsubscribed() {},
})
