import { slotCount } from '../../../src/placement/slots.ts'
import { commentsOf } from '../world/audience.ts'
import type { Cluster } from './cluster.ts'
import { nobody } from './seats.ts'

/** What each node carries at one moment; an entry per node that ever was. */
export interface Carried {
  viewers: Float64Array
  /** Events received per second, and those of them for whom nobody sits there. */
  events: Float64Array
  wasted: Float64Array
}

export function carriedBy({ seats, size }: Cluster): Carried {
  const carried = {
    viewers: new Float64Array(size),
    events: new Float64Array(size),
    wasted: new Float64Array(size),
  }
  const add = (to: Float64Array, node: number, count: number) => {
    if (node !== nobody) to[node] = (to[node] ?? 0) + count
  }
  for (let slot = 0; slot < slotCount; slot++) {
    add(carried.viewers, seats.owners[slot] ?? nobody, seats.seated(slot))
    add(carried.events, seats.owners[slot] ?? nobody, seats.commentsPerSecond[slot] ?? 0)
  }
  for (const { from, viewers } of seats.leavings.seats()) add(carried.viewers, from, viewers)
  for (const shared of seats.shared.values()) {
    const comments = shared.video === null ? 0 : commentsOf(seats.audience.viewersOf(shared.video))
    for (const [node, viewers] of shared.seats) add(carried.viewers, node, viewers)
    for (const node of shared.nodes) add(carried.events, node, comments)
  }
  for (const { slot, shared, from, forNobody } of seats.leavings.receivers()) {
    const video = shared?.video ?? null
    const ofShared = video === null ? 0 : commentsOf(seats.audience.viewersOf(video))
    const comments = slot === null ? ofShared : (seats.commentsPerSecond[slot] ?? 0)
    add(carried.events, from, comments)
    add(carried.wasted, from, comments * forNobody)
  }
  return carried
}

export interface Evenness {
  mean: number
  busiest: number
  /** Busiest ÷ mean. */
  ratio: number
}

/** Over the given nodes. */
export function evenness(values: Float64Array, nodes: readonly number[]): Evenness {
  const some = nodes.map((node) => values[node] ?? 0)
  const mean = some.reduce((sum, value) => sum + value, 0) / some.length
  const busiest = some.reduce((most, value) => Math.max(most, value), 0)
  return { mean, busiest, ratio: mean > 0 ? busiest / mean : 1 }
}
