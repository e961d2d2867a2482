import type { Assignment } from '../../src/placement/assignment.ts'
import { Clerk } from '../../src/placement/clerk.ts'
import { idle, settled } from '../../src/placement/rebalance/cluster.testing.ts'
import { defaultRebalanceOptions } from '../../src/placement/rebalance/options.ts'
import { rebalance } from '../../src/placement/rebalance/rebalance.ts'
import type { NodeEntry } from '../../src/registry/registry.ts'
import { systemClock } from '../../src/system.ts'
import type { PlacementSpeed } from './report/results.ts'

const nodesCount = 1_000
const liveVideosCount = 100_000
const lookUps = 1_000_000
const roundsMax = 15
const roundsMsMax = 1_000

/** What the Dispatcher's pure functions take at a thousand nodes. */
export function measurePlacement(): PlacementSpeed {
  const nodes = idle(nodesCount)
  const next = (current: Assignment | null, loads: readonly NodeEntry[]) =>
    rebalance(current, loads, defaultRebalanceOptions)
  const audience = popularity()
  const first = next(null, nodes)
  const loaded = settled(nodes, first, audience)
  const levelled = next(first, loaded)
  const calm = settled(nodes, levelled, audience)
  const clerk = new Clerk(systemClock, Math.random)
  clerk.accept(first)
  return {
    nodes: nodesCount,
    lookUpNs: lookUpNs(clerk),
    firstMs: medianMs(() => next(null, nodes)),
    levelMs: medianMs(() => next(first, loaded)),
    calmMs: medianMs(() => next(levelled, calm)),
    lostMs: medianMs(() => next(levelled, calm.slice(1))),
  }
}

/** A hundred million viewers by Zipf's law. */
function popularity(): Map<string, number> {
  const share = 100_000_000 / Math.log(liveVideosCount)
  const ranks = Array.from({ length: liveVideosCount }, (_, rank) => rank)
  return new Map(ranks.map((rank) => [`video-${rank}`, Math.ceil(share / (rank + 1))]))
}

function lookUpNs(clerk: Clerk): number {
  const ids = Array.from({ length: 1_000 }, (_, index) => `video-${index}`)
  let found = 0
  const lookUp = () => {
    for (let index = 0; index < lookUps; index++)
      if (clerk.pick(ids[index % ids.length] ?? '') !== null) found++
  }
  const took = medianMs(lookUp)
  if (found === 0) throw new Error('nothing was found')
  return (took * 1e6) / lookUps
}

/** Of as many rounds as there is time for. The first one, which is compiled on the way, counts only when it is alone. */
function medianMs(act: () => void): number {
  const times: number[] = []
  const end = performance.now() + roundsMsMax
  do times.push(timed(act))
  while (times.length < roundsMax && performance.now() < end)
  const warm = times.slice(times.length > 1 ? 1 : 0).sort((a, b) => a - b)
  return warm[warm.length >> 1] ?? 0
}

function timed(act: () => void): number {
  const startedAt = performance.now()
  act()
  return performance.now() - startedAt
}
