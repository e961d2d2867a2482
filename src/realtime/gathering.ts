/** What speaks for gathering more events into each write. */
export interface Pressure {
  /** The part of the event loop that it would take to write every event of this node by itself; may be above 1. */
  demand: number
  /** The part of a frame's viewers whose socket had not taken it when the frame was written. */
  congested: number
}

/** Below the first nothing is gathered, from the second on as long as may be. */
const demandRamp = [0.4, 1] as const
/** A few slow viewers are their own affair; when most push back it is the network, or this machine. */
const congestedRamp = [1 / 3, 2 / 3] as const

/**
 * How long to gather events from the start of one frame to the start of the next, in milliseconds.
 *
 * What costs is the write, hardly the bytes in it: events that share one are nearly free. So nothing waits where there is
 * time to write every event at once; the less of it there is, the longer frames gather. As it counts from the last frame's
 * start, an event of a quiet live video waits for nothing even on a busy node.
 */
export function gatherMs({ demand, congested }: Pressure, gatherMsMax: number): number {
  return Math.max(ramp(demand, demandRamp), ramp(congested, congestedRamp)) * gatherMsMax
}

const ramp = (value: number, [from, to]: readonly [number, number]): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)))
