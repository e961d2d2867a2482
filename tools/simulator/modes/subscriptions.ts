import { defaultRealtimeOptions } from '../../../src/realtime/options.ts'
import { assumptions } from '../assumptions.ts'

const lingerSeconds = defaultRealtimeOptions.lingerMs / 1_000

/**
 * How often per second a node begins to subscribe, when on average `viewers` of what it subscribes to sit there and come
 * and go independently (M/G/∞): one comes to an empty place, and the last one left longer ago than the linger. As many
 * subscriptions end.
 */
export function subscribesPerSecond(viewers: number): number {
  const comingPerSecond = viewers / assumptions.staySeconds
  return comingPerSecond * Math.exp(-viewers) * Math.exp(-comingPerSecond * lingerSeconds)
}

/** The part of the time that it is subscribed: somebody watches, or the linger has not passed. */
export function subscribedPart(viewers: number): number {
  return 1 - Math.exp(-viewers - (viewers / assumptions.staySeconds) * lingerSeconds)
}

/** The part of the time that somebody watches. */
export const watchedPart = (viewers: number): number => 1 - Math.exp(-viewers)
