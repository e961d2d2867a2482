import type { Feed } from '../feed/feed.ts'

const everyMs = 200

/** On how many nodes the viewers of one live video sit while `act` runs, on average; null when no two watch the same. */
export async function watchCoLocation(feed: Feed, act: () => Promise<void>): Promise<number | null> {
  let [looks, sum] = [0, 0]
  const timer = setInterval(() => {
    const nodes = nodesPerLiveVideo(feed.seats())
    if (nodes === null) return
    looks++
    sum += nodes
  }, everyMs)
  await act().finally(() => clearInterval(timer))
  return looks === 0 ? null : sum / looks
}

/** The mean over those with several viewers: who is alone is on one node whatever the way. Null when there is none. */
function nodesPerLiveVideo(seats: ReturnType<Feed['seats']>): number | null {
  const shared = [...seats.values()].filter((nodes) => viewersOn(nodes) > 1)
  return shared.length === 0 ? null : shared.reduce((sum, nodes) => sum + nodes.size, 0) / shared.length
}

const viewersOn = (nodes: ReadonlyMap<string, number>): number =>
  [...nodes.values()].reduce((sum, viewers) => sum + viewers, 0)
