import { expect, test } from 'vitest'
import { PostTimes } from '../../../tools/loadgen/posting/post-times.ts'
import { Crowd } from '../../../tools/loadgen/viewers/crowd.ts'
import { parseTarget } from '../../../tools/loadgen/wire/target.ts'
import { Audience } from '../../support/audience.ts'
import type { Addressed, ChorusServer } from '../../support/chorus-server.ts'
import { type Cluster, nodesOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { readMetric } from '../../support/metrics.ts'
import { Viewer } from '../../support/viewer.ts'

const viewersAt = (nodes: Addressed[]) => Promise.all(nodes.map((node) => readMetric(node, 'chorus_viewers')))

test('FT-15: probe', async () => {
  await using cluster = await startCluster({ CHORUS_SPREAD_ABOVE: '50' })
  const [gateway, , ...realtime] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    cluster.start('comments'),
    ...[1, 2, 3].map(() => cluster.start('realtime')),
  ])
  await expect.poll(() => nodesOf(gateway)).toBe(3)
  using audience = new Audience(gateway, { liveVideoIds: ['a'], viewers: 20, authors: 2, pauseMs: 50 })
  await audience.start()
  using crowd = Object.assign(new Crowd(parseTarget(gateway.url), 'a', new PostTimes('a')), {
    [Symbol.dispose]() {
      crowd.close()
    },
  })
  await crowd.open(180, 200, new AbortController().signal)
  using viewer = new Viewer(gateway, 'a', { returns: true })
  const began = Date.now()
  const look = async () => {
    const { spread, nodes } = await readDispatch(gateway)
    console.log(
      Date.now() - began,
      JSON.stringify(spread),
      await viewersAt(realtime),
      nodes.map(({ load }) => load.viewers).join(),
      JSON.stringify(viewer.named('viewers').map(({ data }) => (data as any).viewers)),
      audience.reconnects,
      crowd.tally.reconnects,
    )
  }
  while (Date.now() - began < 15_000) {
    await look()
    await new Promise((r) => setTimeout(r, 1_000))
  }
  crowd.close()
  console.log('closed')
  while (Date.now() - began < 40_000) {
    await look()
    await new Promise((r) => setTimeout(r, 1_000))
  }
  await audience.goesOn()
  await audience.expectWhole()
}, 120_000)
