import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dispatch } from '../../protocol/dispatch.ts'
import { type Change, changesBetween, movesBetween, ownerOf } from './changes.ts'
import { dispatchOf, nodeAt } from './dispatch.testing.ts'

describe('what changed between two looks', () => {
  it('CP-3: a lost node is named with its slots and who has them now', () => {
    const before = dispatchOf(['a', 'b', 'b', 'b', 'c'])
    const after = dispatchOf(['a', 'a', 'c', 'c', 'c'])
    expect(changesBetween(before, after)).toEqual([{ kind: 'lost', url: 'b', slots: 3, to: ['a', 'c'] }])
  })

  it('CP-3: while nobody has its slots they wait, and their move is told when it comes', () => {
    const before = dispatchOf(['a', 'b'])
    const between = dispatchOf(['a', 'b'], ['a'])
    expect(changesBetween(before, between)).toEqual([{ kind: 'lost', url: 'b', slots: 1, to: [] }])
    expect(changesBetween(between, dispatchOf(['a', 'a']))).toEqual([
      { kind: 'moved', slots: 1, from: ['b'], to: ['a'] },
    ])
  })

  it('CP-3: a node that has drained leaves, and is not lost', () => {
    const before = dispatchOf(['a'], ['a', nodeAt('b', { draining: true })])
    expect(changesBetween(before, dispatchOf(['a']))).toEqual([{ kind: 'left', url: 'b' }])
  })

  it('CP-3: one that still had slots when it went is lost, draining or not', () => {
    const before = dispatchOf(['a', 'b'], ['a', nodeAt('b', { draining: true, slots: 1 })])
    expect(changesBetween(before, dispatchOf(['a', 'a']))).toEqual([
      { kind: 'lost', url: 'b', slots: 1, to: ['a'] },
    ])
  })

  it('CP-3: joining, draining, the leader, the registry and spread live videos', () => {
    const before = dispatchOf(['a', 'a'], ['a'], { leader: 'd1' })
    const after = dispatchOf(
      ['a', 'b'],
      [nodeAt('a', { slots: 1, draining: true }), nodeAt('b', { slots: 1 })],
      {
        leader: 'd2',
        registry: 'unreachable',
        spread: [{ liveVideoId: 'gig', nodes: ['b', 'a'], viewers: 9 }],
      },
    )
    expect(changesBetween(before, after)).toEqual([
      { kind: 'registry', reachable: false },
      { kind: 'leader', from: 'd1', to: 'd2' },
      { kind: 'joined', url: 'b' },
      { kind: 'draining', url: 'a', slots: 1 },
      { kind: 'moved', slots: 1, from: ['a'], to: ['b'] },
      { kind: 'spread', liveVideoId: 'gig', from: [], to: ['a', 'b'] },
    ])
  })
})

it('CP-10: a node that the dispatcher cannot reach is told, and told again when it can; a new leader knows neither', () => {
  const reached = dispatchOf(['a'], ['a', nodeAt('b')])
  const unreached = dispatchOf(['a'], ['a', nodeAt('b', { reached: false })])
  expect(changesBetween(reached, unreached)).toEqual([{ kind: 'reach', url: 'b', reached: false }])
  expect(changesBetween(unreached, unreached)).toEqual([])
  expect(changesBetween(unreached, reached)).toEqual([{ kind: 'reach', url: 'b', reached: true }])
  expect(changesBetween(unreached, { ...reached, leader: 'c' })).toEqual([
    { kind: 'leader', from: 'leader', to: 'c' },
  ])
})

const url = fc.constantFrom('a', 'b', 'c', 'd', 'e')

const dispatch: fc.Arbitrary<Dispatch> = fc
  .record({
    owners: fc.array(fc.option(url), { minLength: 12, maxLength: 12 }),
    living: fc.uniqueArray(fc.record({ url, draining: fc.boolean() }), { selector: (node) => node.url }),
    leader: fc.option(url),
    registry: fc.constantFrom('connected' as const, 'unreachable' as const),
    spread: fc.uniqueArray(
      fc.record({ liveVideoId: fc.constantFrom('v', 'w'), nodes: fc.uniqueArray(url), viewers: fc.nat(9) }),
      { selector: ({ liveVideoId }) => liveVideoId },
    ),
  })
  .map(({ owners, living, ...rest }) => {
    const slotsOf = (of: string) => owners.filter((owner) => owner === of).length
    const nodes = living.map((node) =>
      nodeAt(node.url, { draining: node.draining, slots: slotsOf(node.url) }),
    )
    return dispatchOf(owners, nodes, rest)
  })

const named = (changes: Change[], ...kinds: Change['kind'][]): string[] =>
  changes.flatMap((change) => (kinds.includes(change.kind) && 'url' in change ? [change.url] : [])).sort()

const missing = (from: Dispatch, all: Dispatch): string[] =>
  all.nodes
    .map((node) => node.url)
    .filter((of) => !from.nodes.some((node) => node.url === of))
    .sort()

describe('whatever two looks show', () => {
  it('CP-3: equal ones say nothing', () => {
    fc.assert(
      fc.property(dispatch, (one) => {
        expect(changesBetween(one, structuredClone(one))).toEqual([])
      }),
    )
  })

  it('CP-3: every node that came or went is named once', () => {
    fc.assert(
      fc.property(dispatch, dispatch, (before, after) => {
        const changes = changesBetween(before, after)
        expect(named(changes, 'joined')).toEqual(missing(before, after))
        expect(named(changes, 'lost', 'left')).toEqual(missing(after, before))
      }),
    )
  })

  it('CP-3: every slot that moved is a move, and counts with the lost node or with the others', () => {
    fc.assert(
      fc.property(dispatch, dispatch, (before, after) => {
        const moves = movesBetween(before, after)
        for (let slot = 0; slot < 12; slot++) {
          const [from, to] = [ownerOf(before, slot), ownerOf(after, slot)]
          expect(moves.filter((move) => move.slot === slot)).toEqual(from === to ? [] : [{ slot, from, to }])
        }
        const changes = changesBetween(before, after)
        const lost = new Set(named(changes, 'lost'))
        const counted = changes.find((change) => change.kind === 'moved')?.slots ?? 0
        expect(counted).toBe(moves.filter(({ from }) => !lost.has(from ?? '')).length)
      }),
    )
  })

  it('CP-3: the order in which nodes are written down does not matter', () => {
    fc.assert(
      fc.property(dispatch, dispatch, (before, after) => {
        const reversed: Dispatch = {
          ...after,
          nodes: after.nodes.toReversed(),
          assigned: after.assigned.toReversed(),
          slots: after.slots.map((index) => (index < 0 ? index : after.assigned.length - 1 - index)),
        }
        const sorted = (changes: Change[]) => changes.map((change) => JSON.stringify(change)).sort()
        expect(sorted(changesBetween(before, reversed))).toEqual(sorted(changesBetween(before, after)))
      }),
    )
  })
})
