import { hash } from 'node:crypto'

/** URL of the realtime node that a viewer goes to; null when none is known. */
export type Route = (liveVideoId: string) => string | null

/** A realtime node with a number of its own, so that where things go does not depend on its port. */
export interface NumberedNode {
  number: number
  url: string
}

/**
 * The same node for all viewers of a live video, as behind a Layer 7 load balancer that hashes; with a node more or less
 * only its own share moves. (Rendezvous hashing: Thaler and Ravishankar 1998.)
 */
export function hashed(nodes: () => readonly NumberedNode[]): Route {
  const weights = new Map<string, number>()
  const weightOf = (text: string): number => {
    const known = weights.get(text) ?? hash('md5', text, 'buffer').readUInt32BE()
    weights.set(text, known)
    return known
  }
  return (liveVideoId) => {
    let [best, bestWeight] = [null as string | null, -1]
    for (const { number, url } of nodes()) {
      const weight = weightOf(`${number} ${liveVideoId}`)
      if (weight > bestWeight) [best, bestWeight] = [url, weight]
    }
    return best
  }
}

/** The nodes in turn, as behind a load balancer that knows nothing of live videos. */
export function anywhere(nodes: () => readonly NumberedNode[]): Route {
  let turn = 0
  return () => {
    const known = nodes()
    return known[turn++ % known.length]?.url ?? null
  }
}
