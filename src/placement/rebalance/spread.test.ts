import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Assignment } from '../assignment.ts'
import { slotOf } from '../slots.ts'
import { type Audience, entry, idle, ownersOf, settled, slotsMoved, url, urlsOf } from './cluster.testing.ts'
import { defaultRebalanceOptions } from './options.ts'
import { rebalance } from './rebalance.ts'

const options = { ...defaultRebalanceOptions, liveVideoViewersMax: 1_000 }
const stale = { ...options, loadsAreFresh: false }

/** Ten nodes, watched by `viewers` each in turn; the assignment after each. */
function watch(viewers: number[], count = 10, using = options): Assignment[] {
  const assignments = [rebalance(null, idle(count), using)]
  for (const those of viewers) assignments.push(step(assignments.at(-1) as Assignment, those, count, using))
  return assignments
}

const step = (current: Assignment, viewers: number, count = 10, using = options): Assignment =>
  rebalance(current, settled(idle(count), current, new Map([['big', viewers]])), using)

const sizes = (assignments: Assignment[]): number[] =>
  assignments.map(({ spread }) => spread.big?.length ?? 1)

describe('PL-10: a live video that outgrows a node', () => {
  test('PL-10: it is spread as soon as it has more viewers than one node takes, with room to grow', () => {
    expect(sizes(watch([1_000, 1_001, 1_900, 2_001, 6_000, 50_000]))).toEqual([1, 1, 2, 2, 4, 10, 10])
  })

  test('PL-10: that waits for no fresh reports', () => {
    expect(sizes(watch([3_000], 10, stale))).toEqual([1, 5])
  })

  test('PL-10: it keeps the nodes it has, its slot’s own among them, and gets the least loaded', () => {
    const [first, second, third] = watch([1_500, 3_000])
    if (!first || !second || !third) throw new Error('three steps')
    const own = ownersOf(first)[slotOf('big')]
    expect(urlsOf(second, 'big')).toContain(own)
    expect(urlsOf(third, 'big')).toEqual(expect.arrayContaining(urlsOf(second, 'big')))
    const busy = settled(idle(10), second, new Map([['big', 3_000]])).map((node, index) =>
      index < 5 ? entry(index, { ...node.load, viewers: node.load.viewers + 900 }) : node,
    )
    const added = urlsOf(rebalance(second, busy, stale), 'big').filter(
      (one) => !urlsOf(second, 'big').includes(one),
    )
    expect(added.filter((one) => busy.slice(0, 5).some((node) => node.url === one))).toEqual([])
  })

  test('PL-10: no slot moves for it', () => {
    const [first, second] = watch([3_000])
    if (!first || !second) throw new Error('two steps')
    expect(slotsMoved(first, second)).toEqual([])
  })

  test('PL-10: it is narrowed when it would fit with room to spare, and ends on its slot’s node', () => {
    expect(sizes(watch([6_000, 3_100, 2_900, 1_700, 1_400, 700, 599]))).toEqual([1, 10, 10, 5, 5, 3, 2, 1])
  })

  test('PL-10: it is not narrowed on reports from before the last move', () => {
    const [, spread] = watch([6_000])
    expect(step(spread as Assignment, 10, 10, stale)).toBe(spread)
  })

  test('PL-10: a number of viewers that jitters by a tenth changes nothing, once it is spread or not', () => {
    const around = fc.integer({ min: 100, max: 9_000 })
    const factors = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(around, factors, (viewers, jitter) => {
        const generous = { ...options, differenceMin: 1e9 }
        let current = rebalance(null, idle(20), generous)
        const changes = jitter.map((factor) => {
          const next = step(current, Math.round(viewers * factor), 20, generous)
          const changed = next !== current
          current = next
          return changed
        })
        // It may cross the bound once; from then on it stays.
        expect(changes.filter(Boolean).length).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('PL-10: nodes that are lost or stop are replaced, one by one', () => {
    const [, current] = watch([3_000])
    if (!current) throw new Error('two steps')
    const before = urlsOf(current, 'big')
    const reports = settled(idle(10), current, new Map([['big', 3_000]]))
    const left = reports.filter((node) => node.url !== before[1])
    const after = urlsOf(rebalance(current, left, options), 'big')
    expect(after.length).toBe(before.length)
    expect(after).not.toContain(before[1])
    expect(after).toEqual(expect.arrayContaining(before.filter((_, index) => index !== 1)))
  })

  test('PL-10: with fewer nodes than it wants it has all of them, and with one it is spread no more', () => {
    const [, current] = watch([3_000])
    const two = settled([entry(0), entry(1)], current as Assignment, new Map())
    const onTwo = rebalance(current as Assignment, two, options)
    expect(urlsOf(onTwo, 'big')).toEqual([url(0), url(1)])
    expect(rebalance(onTwo, [entry(1)], options).spread).toEqual({})
  })

  test('PL-10: at most so many are spread, the largest first', () => {
    const audience: Audience = new Map(
      [5, 9, 7, 8, 6].map((thousands) => [`v${thousands}`, thousands * 1_000]),
    )
    const current = rebalance(null, idle(30), options)
    const reports = settled(idle(30), current, audience)
    const next = rebalance(current, reports, { ...stale, spreadMax: 3 })
    expect(Object.keys(next.spread)).toEqual(['v7', 'v8', 'v9'])
    const more = settled(idle(30), next, new Map([...audience, ['v10', 20_000]]))
    expect(rebalance(next, more, { ...stale, spreadMax: 3 })).toBe(next)
  })

  test('PL-10: a node whose load is all of spread live videos can be relieved of one', () => {
    const names = ['a', 'b', 'c', 'd']
    const [first] = watch([])
    const spread = Object.fromEntries(names.map((name) => [name, [0, 1]]))
    const current = { ...(first as Assignment), spread }
    const audience = new Map(names.map((name) => [name, 1_800]))
    const next = rebalance(current, settled(idle(10), current, audience), { ...options, movedShareMax: 1 })
    const loads = settled(idle(10), next, audience).map(({ load }) => load.viewers)
    expect(Math.max(...loads)).toBeLessThanOrEqual(900)
  })
})
