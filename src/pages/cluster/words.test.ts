import { expect, it } from 'vitest'
import type { Happening } from './history.ts'
import { brief, wordsOf } from './words.ts'

const says = (happening: Happening) => wordsOf(happening, (url) => `:${url}`)

it('CP-3: says what happened to whom', () => {
  expect(says({ kind: 'lost', url: '2', slots: 1_024, to: ['1', '3', '4'] })).toBe(
    ':2 lost: 1,024 slots to 3 nodes',
  )
  expect(says({ kind: 'lost', url: '2', slots: 0, to: [] })).toBe(':2 lost')
  expect(says({ kind: 'moved', slots: 37, from: ['1'], to: ['4'] })).toBe('37 slots from :1 to :4')
  expect(says({ kind: 'moved', slots: 1, from: ['1', '2', '3'], to: ['4'] })).toBe(
    '1 slot from 3 nodes to :4',
  )
  expect(says({ kind: 'moved', slots: 9, from: ['1', '2', '3'], to: ['2', '3', '4'] })).toBe(
    '9 slots moved between 4 nodes',
  )
  expect(says({ kind: 'moved', slots: 4_096, from: [], to: ['1', '2'] })).toBe(
    '4,096 slots given to :1 and :2',
  )
  expect(says({ kind: 'moved', slots: 2, from: ['1'], to: [] })).toBe('2 slots taken from :1')
  expect(says({ kind: 'spread', liveVideoId: 'gig', from: [], to: ['1', '2', '3'] })).toBe(
    'gig spreads over 3 nodes',
  )
  expect(says({ kind: 'spread', liveVideoId: 'gig', from: ['1', '2'], to: ['1', '2', '3'] })).toBe(
    'gig widens to 3 nodes',
  )
  expect(says({ kind: 'spread', liveVideoId: 'gig', from: ['1', '2', '3'], to: ['1', '2'] })).toBe(
    'gig narrows to :1 and :2',
  )
  expect(says({ kind: 'spread', liveVideoId: 'gig', from: ['1', '2'], to: ['1', '3'] })).toBe(
    'gig is now on :1 and :3',
  )
  expect(says({ kind: 'spread', liveVideoId: 'gig', from: ['1', '2'], to: [] })).toBe(
    'gig is back on one node',
  )
})

it('shortens large numbers', () => {
  expect([999, 9_999, 12_400, 1_250_000].map((value) => brief(value))).toEqual([
    '999',
    '9,999',
    '12.4K',
    '1.3M',
  ])
})
