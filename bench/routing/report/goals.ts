import { fixed, percent, short, whole } from '../../chart/numbers.ts'
import type { Goal } from '../../tables/goals.ts'
import { type RoutingResults, wasteOf } from './results.ts'

/** What the design claims of the dispatcher, and what this run found. */
export function goalsOf({ ways, placement }: RoutingResults): Goal[] {
  const dispatched = ways.find(({ mode }) => mode === 'dispatched')
  const goal = (
    what: string,
    value: number | null | undefined,
    max: number,
    write: (value: number) => string,
  ): Goal[] =>
    value === null || value === undefined
      ? []
      : [{ what, goal: `≤ ${write(max)}`, found: write(value), met: value <= max }]
  const { nodes, lookUpNs, firstMs, levelMs, calmMs, lostMs } = placement
  const next = `next assignment for ${whole(nodes)} nodes`
  const ms = (value: number) => `${short(value)} ms`
  return [
    ...goal('dispatched: waste, steady', dispatched && wasteOf(dispatched.steady), 0.01, percent),
    ...goal(
      'dispatched: waste while nodes come and go',
      dispatched?.moving && wasteOf(dispatched.moving),
      0.05,
      percent,
    ),
    ...goal('dispatched: nodes per live video', dispatched?.steady.nodesPerLiveVideo, 1, fixed(2)),
    ...goal('clerk’s look-up', lookUpNs / 1_000, 1, (value) => `${short(value)} µs`),
    ...goal(`${next}, all of them new`, firstMs, 50, ms),
    ...goal(`${next}, all loads to be levelled`, levelMs, 50, ms),
    ...goal(`${next}, nothing to do`, calmMs, 50, ms),
    ...goal(`${next}, one of them lost`, lostMs, 50, ms),
  ]
}
