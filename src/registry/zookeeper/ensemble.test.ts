import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ensemble, startEnsemble } from '../../../test/support/backends/zookeeper.ts'
import { expectHealthy, startNode } from './testing/nodes.ts'
import { newPath, openRegistry } from './testing/registries.ts'

let ensemble: Ensemble

beforeAll(async () => {
  ensemble = await startEnsemble()
})
afterAll(() => ensemble[Symbol.asyncDispose]())

async function startThree(sessionTimeoutMs: number) {
  const path = newPath()
  const open = () => openRegistry(ensemble, path, { sessionTimeoutMs })
  const nodes = [
    await startNode(await open(), 1),
    await startNode(await open(), 2),
    await startNode(await open(), 3),
  ]
  await expectHealthy(nodes)
  return nodes
}

test('RG-12: each of three ZooKeepers may be killed in turn, and no lease is lost', async () => {
  const nodes = await startThree(10_000)
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

test('RG-12: one of three ZooKeepers that is frozen is left for another, and no lease is lost', async () => {
  const nodes = await startThree(10_000)
  const told = () => nodes.map(({ told }) => [told.members.length, told.leads.length])
  const before = told()
  for (const server of ensemble.servers) {
    server.pause()
    await expectHealthy(nodes)
    server.resume()
    await ensemble.complete()
  }
  expect(told()).toEqual(before)
})

test('RG-12: when two of three are gone nobody leads, and with the second one everything goes on', async () => {
  const nodes = await startThree(2_000)
  const [first, second] = ensemble.servers
  await Promise.all([first?.kill(), second?.kill()])
  await expect.poll(() => nodes.map(({ lease }) => lease.held)).toEqual([false, false, false])
  expect(nodes.map(({ campaign }) => campaign.leading)).toEqual([false, false, false])
  await Promise.all([first?.start(), second?.start()])
  await expectHealthy(nodes)
})

test('RG-12: the whole ensemble is restarted', async () => {
  const nodes = await startThree(2_000)
  await Promise.all(ensemble.servers.map((server) => server.stop()))
  await expect.poll(() => nodes.map(({ registry }) => registry.connected)).toEqual([false, false, false])
  await Promise.all(ensemble.servers.map((server) => server.start()))
  await expectHealthy(nodes)
})
