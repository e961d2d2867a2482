import type { Feed } from '../feed/feed.ts'

const everyMs = 200

/** Looks again and again, until told to stop, on how many nodes the viewers of one live video sit. */
export function watchCoLocation(feed: Feed): { stop: () => number | null } {
  let [looks, sum] = [0, 0]
  const timer = setInterval(() => {
    const nodes = nodesPerLiveVideo(feed.seats())
    if (nodes === null) return
    looks++
    sum += nodes
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      return looks === 0 ? null : sum / looks
    },
  }
}

/** The mean over those with several viewers: who is alone is on one node whatever the way. Null when there is none. */
function nodesPerLiveVideo(seats: ReturnType<Feed['seats']>): number | null {
  const shared = [...seats.values()].filter((nodes) => viewersOn(nodes) > 1)
  return shared.length === 0 ? null : shared.reduce((sum, nodes) => sum + nodes.size, 0) / shared.length
}

const viewersOn = (nodes: ReadonlyMap<string, number>): number =>
  [...nodes.values()].reduce((sum, viewers) => sum + viewers, 0)
