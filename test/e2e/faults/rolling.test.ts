import { expect, test } from 'vitest'
import { Audience } from '../../support/audience.ts'
import { startNginx } from '../../support/backends/nginx.ts'
import type { Addressed, ChorusServer } from '../../support/chorus-server.ts'
import { type Cluster, nodesOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { startTcpSwitch } from '../../support/tcp-switch.ts'

/** The one address that viewers and authors know. */
interface Front extends Addressed, AsyncDisposable {
  use(gateways: string[]): void
}

async function nginx(urls: string[]): Promise<Front> {
  const server = await startNginx('nginx.conf', { gateways: urls })
  return Object.assign(server, { use: (gateways: string[]) => server.reload({ gateways }) })
}

const roles = [
  'gateway',
  'gateway',
  'dispatcher',
  'dispatcher',
  'comments',
  'comments',
  'realtime',
  'realtime',
]

const urlsOf = (nodes: Addressed[]) => nodes.map(({ url }) => url)

/** Two of each role; the gateways come first. */
async function startNodes(cluster: Cluster): Promise<ChorusServer[]> {
  const nodes = await Promise.all(roles.map((role) => cluster.start(role)))
  await expect.poll(() => nodesOf(nodes[0] as ChorusServer)).toBe(2)
  return nodes
}

test.each<[string, string, (urls: string[]) => Promise<Front>, number[]]>([
  ['proxy', 'a load balancer of connections', startTcpSwitch, [503]],
  // nginx lets go of idle connections with each reload: who sends something at that moment is not answered.
  ['accel', 'nginx', nginx, [503, 0]],
])(
  'FT-14: every node is replaced by a new one, gateways as %s behind %s: viewers reconnect, and that is all',
  async (mode, _, startFront, repeated) => {
    await using cluster = await startCluster({ CHORUS_GATEWAY: mode })
    const nodes = await startNodes(cluster)
    await using front = await startFront(urlsOf(nodes.slice(0, 2)))
    using audience = new Audience(front)
    await audience.start()
    for (const [index, role] of roles.entries()) {
      const old = nodes[index] as ChorusServer
      nodes[index] = await cluster.start(role)
      if (role === 'gateway') front.use(urlsOf(nodes.slice(0, 2)))
      expect((await old.stop()).code).toBe(0)
      await audience.goesOn()
    }
    await audience.expectWhole()
    const { nodes: known } = await readDispatch(front)
    expect(urlsOf(known)).toEqual(urlsOf(nodes).sort())
    expect(repeated).toEqual(expect.arrayContaining([...audience.refused.keys()]))
  },
  180_000,
)
