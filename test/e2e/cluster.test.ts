import { expect, test } from 'vitest'
import { Audience } from '../support/audience.ts'
import { readDispatch, startCluster } from '../support/cluster.ts'

test('DI-7: a comment posted at a gateway reaches the viewers of its live video on whatever node they are', async () => {
  await using cluster = await startCluster()
  const [gateway] = await Promise.all([
    cluster.start('gateway'),
    cluster.start('dispatcher'),
    cluster.start('comments'),
    cluster.start('comments'),
    cluster.start('realtime'),
    cluster.start('realtime'),
    cluster.start('realtime'),
  ])
  await expect.poll(async () => (await readDispatch(gateway)).assigned?.length).toBe(3)
  using audience = new Audience(gateway, { liveVideoIds: ['a', 'b', 'c', 'd', 'e', 'f'] })
  await audience.start()
  await audience.goesOn(100)
  await audience.expectWhole()
})
