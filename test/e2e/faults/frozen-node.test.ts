import { expect, test } from 'vitest'
import { Audience } from '../../support/audience.ts'
import { startNginx } from '../../support/backends/nginx.ts'
import type { Addressed, ChorusServer } from '../../support/chorus-server.ts'
import { type Cluster, nodesOf, ownersOf, startCluster } from '../../support/cluster.ts'
import { Viewer } from '../../support/viewer.ts'

const lively = ['a', 'b', 'c', 'd', 'e', 'f']
const quiet = Array.from({ length: 12 }, (_, index) => `quiet-${index}`)

async function startNodes(cluster: Cluster) {
  const roles = ['gateway', 'realtime', 'realtime', 'comments', 'dispatcher']
  const [gateway, frozen] = await Promise.all(roles.map((role) => cluster.start(role)))
  await expect.poll(() => nodesOf(gateway as ChorusServer)).toBe(2)
  return { gateway: gateway as ChorusServer, frozen: frozen as ChorusServer }
}

/** Viewers of live videos in which nothing happens, by whether this node serves them. */
async function watchQuiet(server: Addressed, node: Addressed) {
  const viewers = { here: [] as Viewer[], elsewhere: [] as Viewer[] }
  for (const id of quiet) {
    const [owner] = await ownersOf(server, [id])
    viewers[owner === node.url ? 'here' : 'elsewhere'].push(new Viewer(server, id, { returns: true }))
  }
  const all = [...viewers.here, ...viewers.elsewhere]
  await expect.poll(() => all.every(({ lastEventId }) => lastEventId !== undefined)).toBe(true)
  return {
    ...viewers,
    [Symbol.dispose]() {
      for (const viewer of all) viewer[Symbol.dispose]()
    },
  }
}

/** Polled for: from the last byte of a node nginx waits 6 s, and a viewer then some 2 s. It was 20 s and 2 s before. */
const soon = { timeout: 15_000 }

test('FT-22: behind nginx with accel the viewers of a frozen node are soon at another one, and no others reconnect', async () => {
  await using cluster = await startCluster({ CHORUS_GATEWAY: 'accel' })
  const { gateway, frozen } = await startNodes(cluster)
  await using nginx = await startNginx('nginx.conf', { gateways: [gateway.url] })
  using audience = new Audience(nginx, { liveVideoIds: lively, viewers: 10 })
  await audience.start()
  using viewers = await watchQuiet(nginx, frozen)
  expect(viewers.here.length * viewers.elsewhere.length).toBeGreaterThan(0)
  frozen.signal('SIGSTOP')
  const frozenAt = performance.now()
  await expect.poll(() => viewers.here.every(({ connections }) => connections > 1), soon).toBe(true)
  await expect.poll(() => ownersOf(gateway, lively)).not.toContain(frozen.url)
  await audience.goesOn()
  console.info(`all viewers are served ${Math.round(performance.now() - frozenAt)} ms after their node froze`)
  expect(viewers.elsewhere.map(({ connections }) => connections)).toEqual(viewers.elsewhere.map(() => 1))
  frozen.signal('SIGCONT')
  await audience.expectWhole()
}, 60_000)
