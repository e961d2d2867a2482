/** The bounds and paces of a realtime node. Bytes are of one viewer or one channel, as the name says. */
export interface RealtimeOptions {
  /** Events that a channel keeps encoded; a viewer who resumes within them costs the store nothing. */
  ringEventsMax: number
  ringBytesMax: number
  /** Unsent bytes of one viewer above which it gets no more frames until it has taken them. */
  outboxBytesMax: number
  /** One write to one viewer; with `outboxBytesMax` it bounds what a viewer that stops reading can cost. */
  frameBytesMax: number
  /** A slow viewer that takes nothing for this long is cut off. */
  stallMs: number
  /** The longest from the start of one frame to the start of the next, for events to gather on a busy channel. */
  gatherMsMax: number
  /** The least time between two extensions of a frame that is being written. */
  extendMs: number
  /** The longest that comments wait for the budget of a sample; then the newest is shown, and a `gap` counts the others. */
  sampleHoldMsMax: number
  /** The longest that fan-out holds the event loop at a time. */
  sliceMs: number
  /** How long a channel without viewers stays subscribed, so that scrolling past costs the bus nothing. */
  lingerMs: number
  heartbeatMs: number
  /** The same for streams that a proxy watches for silence. Nothing is sent for twice this at most. */
  quickHeartbeatMs: number
  headCheckMs: number
  /** Wait before reading a hole from the store: most are only a bus that reordered. */
  repairDelayMs: number
  /** Wait before trying a failed repair again. */
  repairRetryMs: number
  /** Events that arrived early and are held; above this they are read from the store instead. */
  earlyEventsMax: number
  replayPageEvents: number
  /** Reads of the store at a time, for all viewers of the node together. */
  readsAtOnceMax: number
  /** A viewer further behind than this gets a `gap` and the newest. */
  replayEventsMax: number
  /** How many of the newest events a viewer gets after a gap. */
  eventsAfterGap: number
  /** What `retry:` tells browsers, before jitter. */
  retryMs: number
  /** Over how long the viewers of a live video that now belongs elsewhere are moved there. */
  moveMs: number
  /** The same for viewers who come although it belongs elsewhere: soon the gateway, or this node, has the newest assignment. */
  strayMs: number
  /** What `retry:` tells a browser that is moved: short, since the new node is ready. */
  moveRetryMs: number
}

export const defaultRealtimeOptions: RealtimeOptions = Object.freeze({
  ringEventsMax: 1_024,
  ringBytesMax: 1_048_576,
  outboxBytesMax: 131_072,
  frameBytesMax: 65_536,
  stallMs: 30_000,
  gatherMsMax: 100,
  extendMs: 20,
  sampleHoldMsMax: 2_000,
  sliceMs: 1,
  lingerMs: 10_000,
  heartbeatMs: 15_000,
  quickHeartbeatMs: 2_000,
  headCheckMs: 5_000,
  repairDelayMs: 20,
  repairRetryMs: 1_000,
  earlyEventsMax: 1_000,
  replayPageEvents: 200,
  readsAtOnceMax: 8,
  replayEventsMax: 10_000,
  eventsAfterGap: 50,
  retryMs: 2_000,
  moveMs: 5_000,
  strayMs: 2_000,
  moveRetryMs: 300,
})
