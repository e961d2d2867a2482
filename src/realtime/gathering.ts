/** The reasons to gather more events into each write. */
export interface Pressure {
  /** The part of the event loop that it would take to write every event of this node by itself; may be above 1. */
  demand: number
  /** The part of a frame's viewers whose socket had not taken it when the frame was written. */
  congested: number
}

/** Below the first value nothing is gathered, from the second on for the longest time. */
const demandRamp = [0.4, 1] as const
/** A few slow viewers do not matter; when most push back, the network or this machine is the bottleneck. */
const congestedRamp = [1 / 3, 2 / 3] as const

/**
 * How long to gather events from the start of one frame to the start of the next, in milliseconds.
 *
 * The write costs, hardly the bytes in it: events that share one are nearly free. While there is time to write every event
 * by itself nothing waits; the less time there is, the longer events gather. The time counts from the start of the last
 * frame, so an event of a quiet live video does not wait even on a busy node.
 */
export function gatherMs({ demand, congested }: Pressure, gatherMsMax: number): number {
  return Math.max(ramp(demand, demandRamp), ramp(congested, congestedRamp)) * gatherMsMax
}

const ramp = (value: number, [from, to]: readonly [number, number]): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)))
