import { expect, it } from 'vitest'
import { dispatchOf, nodeAt } from './dispatch.testing.ts'
import { HotVideos, largestIn } from './hot-videos.ts'

it('adds up the viewers of a live video on all its nodes', () => {
  const dispatch = dispatchOf(
    ['a', 'b'],
    [
      nodeAt('a', {
        liveVideos: [
          { liveVideoId: 'gig', viewers: 5 },
          { liveVideoId: 'cup', viewers: 6 },
        ],
      }),
      nodeAt('b', { liveVideos: [{ liveVideoId: 'gig', viewers: 4 }] }),
    ],
    { spread: [{ liveVideoId: 'final', nodes: ['a', 'b'], viewers: 100 }] },
  )
  expect(largestIn(dispatch)).toEqual([
    { liveVideoId: 'final', viewers: 100 },
    { liveVideoId: 'gig', viewers: 9 },
    { liveVideoId: 'cup', viewers: 6 },
  ])
})

it('asks for each slot once, one at a time, and again only for what was not answered', async () => {
  const asked: string[] = []
  const hot = new HotVideos(async (id) => {
    asked.push(id)
    return asked.length === 1 ? null : 7
  })
  const videos = [
    { liveVideoId: 'gig', viewers: 2 },
    { liveVideoId: 'cup', viewers: 1 },
  ]
  await Promise.all([hot.learn(videos), hot.learn(videos)])
  expect(asked).toEqual(['gig'])
  for (let look = 0; look < 5; look++) await hot.learn(videos)
  expect(asked).toEqual(['gig', 'gig', 'cup'])
  expect(hot.spotsOf(videos).map(({ slot }) => slot)).toEqual([7, 7])
})
