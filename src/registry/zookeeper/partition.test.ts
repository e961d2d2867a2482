import { expect, test } from 'vitest'
import { startDividedEnsemble, type ZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { newPath, node, openRegistry } from './testing/registries.ts'

test('RG-10: a node whose ZooKeeper is cut off from the others counts itself out before they do', async () => {
  await using ensemble = await startDividedEnsemble()
  const modes = await Promise.all(ensemble.servers.map((server) => server.ask('srvr')))
  const follower = modes.findIndex((mode) => mode.includes('Mode: follower'))
  const address = (servers: ZooKeeper[]) => ({ address: servers.map((server) => server.address).join() })
  const itsOwn = address(ensemble.servers.filter((_, index) => index === follower))
  const others = address(ensemble.servers.filter((_, index) => index !== follower))
  const path = newPath()
  const [cutOff, witness] = [await openRegistry(itsOwn, path), await openRegistry(others, path)]
  const lease = await cutOff.join(node(1))
  const campaign = cutOff.campaign('a', () => {})
  await expect.poll(() => campaign.leading).toBe(true)
  const next = witness.campaign('b', () => {})
  const believed: boolean[] = []
  witness.watchMembers((members) => {
    if (members.length === 0) believed.push(lease.held)
  })
  for (const link of ensemble.links[follower] ?? []) link.silence()
  await expect.poll(() => next.leading, { interval: 1 }).toBe(true)
  expect(campaign.leading).toBe(false)
  await expect.poll(() => believed).toEqual([false])
  for (const link of ensemble.links[follower] ?? []) link.heal()
  await expect.poll(() => lease.held).toBe(true)
})
