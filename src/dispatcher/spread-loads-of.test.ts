import { expect, test } from 'vitest'
import { noLoad } from '../registry/registry.ts'
import { spreadLoadsOf } from './spread-loads-of.ts'

test('DI-6: viewers of a spread live video are added up over its nodes; nodes without one are left out', () => {
  const assignment = { generation: 1, nodes: ['a', 'b', 'c'], slots: [], spread: { big: [0, 1] } }
  const node = (url: string, viewers: number, big: number) => ({
    url,
    roles: ['realtime'],
    load: {
      ...noLoad,
      viewers,
      liveVideos: [
        { liveVideoId: 'big', viewers: big },
        { liveVideoId: 'x', viewers: 1 },
      ],
    },
  })
  expect(spreadLoadsOf(assignment, [node('a', 9, 5), node('b', 8, 6), node('c', 7, 0)])).toEqual({
    nodes: new Map([
      ['a', 9],
      ['b', 8],
    ]),
    liveVideos: new Map([['big', 11]]),
  })
  expect(spreadLoadsOf(null, [node('a', 9, 5)])).toEqual({ nodes: new Map(), liveVideos: new Map() })
})
