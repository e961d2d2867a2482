import { defaultRealtimeOptions } from '../../../src/realtime/options.ts'
import { assumptions } from '../assumptions.ts'
import type { SeededRandom } from '../random.ts'

const retrySeconds = defaultRealtimeOptions.retryMs / 1_000
const samplesMax = 20_000
const curvePoints = 60

export interface Loss {
  /** Who lost their node. */
  viewers: number
  /** How many of them belong on each node from then on. */
  heirs: ReadonlyMap<number, number>
  /** From when on whoever asks is sent to a living node. */
  knownAfterSeconds: number
  /** Of each node, beside those who come because of this. */
  connectsPerSecond: number
  nodeCount: number
}

/** How long viewers are without a stream. */
export interface ReplacementFigures {
  viewers: number
  heirs: number
  knownAfterSeconds: number
  p50Seconds: number
  p99Seconds: number
  allSeconds: number
  /** Which part is served again, after how many seconds. */
  curve: { seconds: number; part: number }[]
}

/**
 * Follows a sample of the viewers of a lost node: each asks again after a jittered `retry` until the gateways know
 * where to, and then waits its turn at the gateway and at the node.
 */
export function replace(loss: Loss, random: SeededRandom): ReplacementFigures {
  const samples = Math.max(1, Math.min(samplesMax, Math.round(loss.viewers)))
  const each = loss.viewers / samples
  const { nodesPerGateway, connectsPerSecondPerGateway, connectsPerSecondPerNode } = assumptions
  const gateways = Math.ceil(loss.nodeCount / nodesPerGateway)
  const ofGateways = gateways * connectsPerSecondPerGateway - loss.nodeCount * loss.connectsPerSecond
  const gateway = new Turns(Math.max(connectsPerSecondPerGateway, ofGateways) / each)
  const spare = Math.max(connectsPerSecondPerNode / 10, connectsPerSecondPerNode - loss.connectsPerSecond)
  const nodes = new Map([...loss.heirs.keys()].map((node) => [node, new Turns(spare / each)]))
  const pick = picker(loss.heirs, random)
  const served = Array.from({ length: samples }, () => asksAt(loss.knownAfterSeconds, random))
    .sort((a, b) => a - b)
    .map((asked) => nodes.get(pick())?.take(gateway.take(asked)) ?? asked)
    .sort((a, b) => a - b)
  return summarize(loss, served)
}

function asksAt(knownAfterSeconds: number, random: SeededRandom): number {
  let seconds = 0
  do seconds += retrySeconds * random.between(0.8, 1.2)
  while (seconds < knownAfterSeconds)
  return seconds
}

/** So many a second, one after the other. */
class Turns {
  readonly #perSecond: number
  #free = 0

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  take(from: number): number {
    this.#free = Math.max(from, this.#free) + 1 / this.#perSecond
    return this.#free
  }
}

/** Picks keys as often as their values say. */
function picker(weights: ReadonlyMap<number, number>, random: SeededRandom): () => number {
  const keys = [...weights.keys()]
  let sum = 0
  const sums = keys.map((key) => (sum += weights.get(key) ?? 0))
  return () => {
    const at = random.next() * sum
    let [low, high] = [0, keys.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return keys[low] ?? 0
  }
}

function summarize({ viewers, heirs, knownAfterSeconds }: Loss, served: number[]): ReplacementFigures {
  const at = (part: number) => served[Math.min(served.length - 1, Math.floor(part * served.length))] ?? 0
  const points = Array.from({ length: curvePoints + 1 }, (_, point) => point / curvePoints)
  return {
    viewers,
    heirs: heirs.size,
    knownAfterSeconds,
    p50Seconds: at(0.5),
    p99Seconds: at(0.99),
    allSeconds: at(1),
    curve: points.map((part) => ({ part, seconds: at(part) })),
  }
}
