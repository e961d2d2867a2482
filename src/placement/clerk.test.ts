import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import type { Assignment } from './assignment.ts'
import { Clerk } from './clerk.ts'
import { slotCount, slotOf } from './slots.ts'

const [a, b, c] = ['http://a:1', 'http://b:1', 'http://c:1']

/** All slots on the first node, but for those in `elsewhere`. */
function assign(
  generation: number,
  elsewhere: Record<number, number> = {},
  spread: Assignment['spread'] = {},
) {
  const slots = Array.from({ length: slotCount }, (_, slot) => elsewhere[slot] ?? 0)
  return { generation, nodes: [a, b, c], slots, spread }
}

function setUp(random = () => 0) {
  const clock = new ManualClock()
  return { clock, clerk: new Clerk(clock, random) }
}

test('PL-20: a clerk answers from the last assignment, and from none with nobody', () => {
  const { clerk } = setUp()
  expect([clerk.nodesOf('v'), clerk.pick('v'), clerk.assignment]).toEqual([[], null, null])
  clerk.accept(assign(1, { [slotOf('v')]: 1 }))
  expect([clerk.nodesOf('v'), clerk.pick('v')]).toEqual([[b], b])
  expect(clerk.nodesOf('other')).toEqual([a])
})

test('PL-20: an older assignment, or the same again, changes nothing', () => {
  const { clerk } = setUp()
  let changes = 0
  clerk.onChange(() => changes++)
  clerk.accept(assign(2))
  clerk.accept(assign(1, { [slotOf('v')]: 1 }))
  clerk.accept(assign(2, { [slotOf('v')]: 1 }))
  expect([clerk.nodesOf('v'), changes]).toEqual([[a], 1])
})

test('PL-21: after a move events go to the node that was left as well, for a while', () => {
  const { clerk, clock } = setUp()
  clerk.accept(assign(1))
  clerk.accept(assign(2, { [slotOf('v')]: 1 }))
  clock.advance(10_000)
  expect(clerk.receiversOf('v')).toEqual([b, a])
  expect(clerk.receiversOf('other')).toEqual([a])
  clerk.accept(assign(3, { [slotOf('v')]: 2 }))
  expect(clerk.receiversOf('v')).toEqual([c, a, b])
  clock.advance(10_000)
  expect(clerk.receiversOf('v')).toEqual([c, b])
  clock.advance(10_000)
  expect(clerk.receiversOf('v')).toEqual([c])
})

test('PL-22: a spread live video goes to all of its nodes, and a viewer to the less loaded of two', () => {
  const { clerk } = setUp(() => 0)
  clerk.accept(assign(1, {}, { big: [0, 1, 2] }))
  expect(clerk.receiversOf('big')).toEqual([a, b, c])
  clerk.acceptLoads({
    nodes: new Map([
      [a, 10],
      [b, 8],
    ]),
    liveVideos: new Map([['big', 18]]),
  })
  // Between two reports a clerk counts what it sent itself, so that not all go to the same one.
  expect([1, 2, 3, 4].map(() => clerk.pick('big'))).toEqual([b, b, a, b])
})

test('PL-23: a node’s share is everything of its own, nothing of others’, and a part of what is spread', () => {
  const { clerk } = setUp()
  expect(clerk.shareOf(a, 'v')).toBe(Number.POSITIVE_INFINITY)
  clerk.accept(assign(1, { [slotOf('v')]: 1 }, { big: [0, 1] }))
  expect([clerk.shareOf(a, 'v'), clerk.shareOf(b, 'v'), clerk.shareOf(c, 'big')]).toEqual([
    0,
    Number.POSITIVE_INFINITY,
    0,
  ])
  let changes = 0
  clerk.onChange(() => changes++)
  const loads = (ofA: number, ofB: number) =>
    new Map([
      [a, ofA],
      [b, ofB],
    ])
  clerk.acceptLoads({ nodes: loads(900, 100), liveVideos: new Map([['big', 1_000]]) })
  expect(changes).toBe(1)
  expect([clerk.shareOf(a, 'big'), clerk.viewersOf('big'), clerk.viewersOf('v')]).toEqual([650, 1_000, 0])
  // Whom the idler one sent away would be sent back to it, although most of them sit there.
  clerk.acceptLoads({ nodes: loads(900, 1_200), liveVideos: new Map([['big', 1_000]]) })
  expect([clerk.shareOf(a, 'big'), clerk.shareOf(b, 'big')]).toEqual([Number.POSITIVE_INFINITY, 650])
})
