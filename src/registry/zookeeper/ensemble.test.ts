import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ensemble, startEnsemble } from '../../../test/support/backends/zookeeper.ts'
import { expectHealthy, startNode } from './testing/nodes.ts'
import { newPath, openRegistry } from './testing/registries.ts'
import type { ZooKeeperOptions } from './zookeeper-registry.ts'

let ensemble: Ensemble

beforeAll(async () => {
  ensemble = await startEnsemble()
})
afterAll(() => ensemble[Symbol.asyncDispose]())

async function startThree(options: Partial<ZooKeeperOptions>) {
  const path = newPath()
  const open = () => openRegistry(ensemble, path, options)
  const nodes = [
    await startNode(await open(), 1),
    await startNode(await open(), 2),
    await startNode(await open(), 3),
  ]
  await expectHealthy(nodes)
  return nodes
}

test('RG-12: each of three ZooKeepers may be killed in turn, and no lease is lost', async () => {
  const nodes = await startThree({ sessionTimeoutMs: 10_000 })
  const told = () => nodes.map(({ told }) => [told.members.length, told.leads.length])
  const before = told()
  for (const server of ensemble.servers) {
    await server.kill()
    await expectHealthy(nodes)
    await server.start()
    await ensemble.complete()
  }
  expect(told()).toEqual(before)
})

test('RG-12: a ZooKeeper that is frozen is left for another, and no lease is lost', async () => {
  // All of them begin with the first one.
  const nodes = await startThree({ sessionTimeoutMs: 10_000, random: () => 0 })
  const told = () => nodes.map(({ told }) => [told.members.length, told.leads.length])
  const before = told()
  ensemble.servers[0]?.pause()
  await expectHealthy(nodes)
  expect(told()).toEqual(before)
  ensemble.servers[0]?.resume()
  await ensemble.complete()
})

test('RG-12: when two of three are gone nobody leads, and with the second one everything goes on', async () => {
  const nodes = await startThree({})
  const [first, second] = ensemble.servers
  await Promise.all([first?.kill(), second?.kill()])
  await expect.poll(() => nodes.map(({ lease }) => lease.held)).toEqual([false, false, false])
  expect(nodes.map(({ campaign }) => campaign.leading)).toEqual([false, false, false])
  await Promise.all([first?.start(), second?.start()])
  await expectHealthy(nodes)
})

test('RG-12: the whole ensemble is restarted', async () => {
  const nodes = await startThree({})
  await Promise.all(ensemble.servers.map((server) => server.stop()))
  await expect.poll(() => nodes.map(({ registry }) => registry.connected)).toEqual([false, false, false])
  await Promise.all(ensemble.servers.map((server) => server.start()))
  await expectHealthy(nodes)
})
