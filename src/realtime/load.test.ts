import { expect, test } from 'vitest'
import { slotOf } from '../placement/slots.ts'
import { watchedLoad } from './load.ts'

const watched = Array.from({ length: 30 }, (_, index) => ({ liveVideoId: `v${index}`, viewers: 30 - index }))

test('PL-24: a node names its largest live videos, and every one that it shares with others', () => {
  const { liveVideos, viewers } = watchedLoad(watched, (id) => id === 'v25' || id === 'v3')
  expect(viewers).toBe(465)
  expect(liveVideos.map(({ liveVideoId }) => liveVideoId)).toEqual([
    ...watched.slice(0, 20).map(({ liveVideoId }) => liveVideoId),
    'v25',
  ])
})

test('PL-24: it tells of each slot that anybody watches, and of none that nobody does', () => {
  const { slots } = watchedLoad([...watched, { liveVideoId: 'lingering', viewers: 0 }], () => false)
  expect(new Set(slots.map(({ slot }) => slot))).toEqual(
    new Set(watched.map(({ liveVideoId }) => slotOf(liveVideoId))),
  )
  expect(slots.reduce((sum, { viewers }) => sum + viewers, 0)).toBe(465)
})
