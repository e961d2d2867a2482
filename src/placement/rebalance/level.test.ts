import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Assignment } from '../assignment.ts'
import { slotCount, slotOf } from '../slots.ts'
import {
  type Audience,
  entry,
  idle,
  imbalance,
  ownersOf,
  settled,
  slotsMoved,
  zipf,
} from './cluster.testing.ts'
import { defaultRebalanceOptions } from './options.ts'
import { rebalance } from './rebalance.ts'

const options = { ...defaultRebalanceOptions, liveVideoViewersMax: 6_000 }
const stepsMax = 30

/** Steps until nothing changes any more; each sees the reports that the one before leads to. */
function rest(count: number, audience: Audience, using = options): Assignment {
  let current = rebalance(null, idle(count), using)
  for (let step = 0; step < stepsMax; step++) {
    const next = rebalance(current, settled(idle(count), current, audience), using)
    if (next === current) return current
    current = next
  }
  throw new Error(`still moving after ${stepsMax} steps`)
}

/** The load of each node as a multiple of the mean. */
const ratiosOf = (nodes: ReturnType<typeof settled>): number[] => {
  const total = nodes.reduce((sum, { load }) => sum + load.viewers, 0)
  return nodes.map(({ load }) => (load.viewers * nodes.length) / total)
}

/** Many live videos with a few large ones among them, none of them larger than half a node's mean. */
const audiences = fc
  .record({
    count: fc.integer({ min: 2, max: 20 }),
    videos: fc.integer({ min: 3_000, max: 8_000 }),
    skew: fc.double({ min: 0, max: 1, noNaN: true }),
    salt: fc.nat(),
  })
  .map(({ count, videos, skew, salt }) => {
    const shape = Array.from({ length: videos }, (_, rank) => 1 / (rank + 1) ** skew)
    const sum = shape.reduce((total, part) => total + part)
    const total = count * 10_000
    const part = (share: number) => Math.ceil(Math.min((share / sum) * total, 5_000))
    return { count, audience: new Map(shape.map((share, rank) => [`${salt}-${rank}`, part(share)])) }
  })

describe('PL-8: balance', () => {
  test('PL-8: at rest the busiest node has at most 1.25 times the mean', () => {
    fc.assert(
      fc.property(audiences, ({ count, audience }) => {
        const current = rest(count, audience)
        expect(imbalance(settled(idle(count), current, audience))).toBeLessThanOrEqual(1.25)
      }),
      { numRuns: 15 },
    )
  })

  test('PL-8: a thousand nodes with one live video that a tenth of all watch', () => {
    const audience = new Map([...zipf(50_000, 500_000), ['mega', 600_000]])
    const current = rest(1_000, audience, { ...options, liveVideoViewersMax: 3_000 })
    expect(imbalance(settled(idle(1_000), current, audience))).toBeLessThanOrEqual(1.25)
  })

  test('PL-8: a slot heavier than a node should be stays, and what can move leaves it alone', () => {
    const mine = 'alone'
    const light = [...zipf(3_000, 1).keys()].map((id): [string, number] => [id, 2])
    const audience = new Map([...light, [mine, 4_000]])
    const first = rebalance(null, idle(3), options)
    const current = rest(3, audience)
    const owner = ownersOf(current)[slotOf(mine)]
    expect(owner).toBe(ownersOf(first)[slotOf(mine)])
    const loads = settled(idle(3), current, audience)
    expect(loads.find(({ url }) => url === owner)?.load.viewers).toBeLessThan(4_300)
  })

  test('PL-8: a small difference is not worth a move, whatever the ratio', () => {
    const current = rebalance(null, idle(2), options)
    expect(rebalance(current, settled(idle(2), current, new Map([['only', 450]])), options)).toBe(current)
  })
})

describe('PL-9: calm', () => {
  test('PL-9: loads that jitter by a tenth move nothing', () => {
    const jitters = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), {
      minLength: 50,
      maxLength: 200,
    })
    let looked = 0
    fc.assert(
      fc.property(
        audiences,
        fc.array(jitters, { minLength: 1, maxLength: 4 }),
        ({ count, audience }, rounds) => {
          const current = rest(count, audience)
          const ratios = ratiosOf(settled(idle(count), current, audience))
          if (Math.min(...ratios) < 0.8 || Math.max(...ratios) > 1.06) return
          looked++
          for (const factors of rounds) {
            const jittered = [...audience].map(([liveVideoId, viewers], index): [string, number] => [
              liveVideoId,
              Math.round(viewers * (factors[index % factors.length] ?? 1)),
            ])
            const reports = settled(idle(count), current, new Map(jittered))
            expect(rebalance(current, reports, options)).toBe(current)
          }
        },
      ),
      { numRuns: 20, endOnFailure: true },
    )
    expect(looked).toBeGreaterThan(3)
  })

  test('PL-9: one step moves a bounded part of the viewers, and a loss of balance moves no more than it must', () => {
    fc.assert(
      fc.property(audiences, ({ count, audience }) => {
        let current = rest(count, audience)
        // Everybody on the first node's live videos brings two friends.
        const own = ownersOf(current).map((owner) => owner === current.nodes[0])
        const crowd = new Map(
          [...audience].map(([id, viewers]) => [
            id,
            own[slotOf(id)] && viewers < 1_500 ? 3 * viewers : viewers,
          ]),
        )
        for (let step = 0; step < stepsMax; step++) {
          const before = settled(idle(count), current, crowd)
          const next = rebalance(current, before, options)
          const total = before.reduce((sum, { load }) => sum + load.viewers, 0)
          const slots = new Set(slotsMoved(current, next))
          const movers = [...crowd].filter(([id]) => slots.has(slotOf(id)) && !current.spread[id])
          const moved = movers.reduce((sum, [, viewers]) => sum + viewers, 0)
          if (slots.size > 1) expect(moved).toBeLessThanOrEqual((total + slotCount) * options.movedShareMax)
          if (next === current) return
          current = next
        }
        throw new Error('it never rests')
      }),
      { numRuns: 10 },
    )
  })

  test('PL-9: while the reports are older than the last move, nothing that is watched moves for balance', () => {
    fc.assert(
      fc.property(audiences, ({ count, audience }) => {
        const current = rebalance(null, idle(count), options)
        const uneven = settled([...idle(count), entry(99)], current, audience)
        const next = rebalance(current, uneven, { ...options, loadsAreFresh: false })
        const watched = new Set([...audience.keys()].map(slotOf))
        expect(slotsMoved(current, next).filter((slot) => watched.has(slot))).toEqual([])
      }),
      { numRuns: 10 },
    )
  })
})
