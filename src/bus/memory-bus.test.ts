import { expect, test } from 'vitest'
import { describeBus, sameBus } from './bus.contract.ts'
import { memoryBus } from './memory-bus.ts'

describeBus('memory', async () => sameBus(memoryBus()))

test('BU-5: the memory bus brings nothing that was not asked for', async () => {
  const bus = memoryBus()
  const received: string[] = []
  bus.onEvents((events) => received.push(...events.map(({ liveVideoId }) => liveVideoId)))
  await bus.subscribe('a')
  const pinned = { type: 'comment.pinned', commentId: null, epoch: 'e0e0', seq: 1, at: 0 } as const
  bus.publish([
    { ...pinned, liveVideoId: 'a' },
    { ...pinned, liveVideoId: 'b' },
  ])
  expect(received).toEqual(['a'])
})
