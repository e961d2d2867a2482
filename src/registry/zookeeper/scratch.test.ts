import { expect, test } from 'vitest'
import { startZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { expectHealthy, startNode } from './testing/nodes.ts'
import { newPath, node, openRegistry } from './testing/registries.ts'
const t0 = performance.now()
const log = (s: string) => process.stderr.write(`${Math.round(performance.now() - t0)} ${s}\n`)
test('scratch', async () => {
  const zooKeeper = await startZooKeeper()
  try {
  await using link = await startTcpProxy(zooKeeper.port)
  const path = newPath()
  const a = await openRegistry(link, path, {report: (e) => log(`a ${e}`)})
  const b = await openRegistry(zooKeeper, path, {report: (e) => log(`b ${e}`)})
  const timer = setInterval(() => log(`a ${a.connected} b ${b.connected} held ${cutOff?.lease.held} ${other?.lease.held} lead ${cutOff?.campaign.leading} ${other?.campaign.leading} members ${JSON.stringify(other?.told.members.at(-1)?.map(m=>m.url))}`), 2000)
  let cutOff, other
  cutOff = await startNode(a, 1)
  other = await startNode(b, 2)
  log('started')
  await expectHealthy([cutOff, other])
  log('healthy')
  link.cut()
  await zooKeeper.stop()
  log('stopped')
  await zooKeeper.start()
  log('started')
  await expect.poll(() => other.told.members.at(-1)).toEqual([node(2)])
  log('other alone')
  await expect.poll(() => other.campaign.leading).toBe(true)
  log('other leads')
  link.heal()
  await expectHealthy([cutOff, other])
  log('healthy')
  expect(cutOff.told.leads).toEqual([true, false])
  clearInterval(timer)
  } finally { await zooKeeper[Symbol.asyncDispose]() }
}, 30000)
