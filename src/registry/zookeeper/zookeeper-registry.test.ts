import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test, vi } from 'vitest'
import { sharedZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { describeRegistry } from '../registry.contract.ts'
import { type NodeRegistry, noLoad } from '../registry.ts'
import { newPath, node, openRegistry } from './testing/registries.ts'

const zooKeeper = sharedZooKeeper()

describeRegistry('ZooKeeper', async () => {
  const path = newPath()
  return [await openRegistry(zooKeeper, path), await openRegistry(zooKeeper, path)]
})

/** Opens a registry whose server does not answer. @returns what was reported, each line once */
async function openAway(address: string): Promise<[NodeRegistry, string[]]> {
  const reported: string[] = []
  const report = (error: unknown) => {
    const { message } = error as Error
    if (!reported.includes(message)) reported.push(message)
  }
  return [await openRegistry({ address }, newPath(), { openMsMax: 500, report }), reported]
}

const awayLine =
  /^ZooKeeper at 127\.0\.0\.1:\d+ cannot be reached: .+; trying again, and going on with what is known$/

test('RG-13: a registry that cannot be reached is one clear line, and is used once it is there', async () => {
  await using link = await startTcpProxy(zooKeeper.port)
  link.cut()
  const [registry, reported] = await openAway(link.address)
  expect(registry.connected).toBe(false)
  const lease = await registry.join(node(1))
  expect(lease.held).toBe(false)
  link.heal()
  link.silence()
  await expect(registry.nodes()).rejects.toThrow(/^ZooKeeper cannot be reached/)
  link.heal()
  await expect.poll(() => lease.held).toBe(true)
  expect((await registry.nodes()).map(({ url }) => url)).toEqual([node(1).url])
  expect(reported).toEqual([expect.stringMatching(awayLine)])
})

test('RG-13: a server that is no ZooKeeper is one clear line', async () => {
  for (const garbage of ['HTTP/1.1 400 Bad Request\r\n\r\n', '\u0000\u0000\u0000\u0004abcdefgh', '']) {
    const server = createServer((socket) => socket.on('error', () => {}).end(garbage))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const [registry, reported] = await openAway(`127.0.0.1:${port}`)
    expect([registry.connected, reported]).toEqual([false, [expect.stringMatching(awayLine)]])
    server.close()
  }
})

test('RG-13: a path that is none is one clear line', async () => {
  for (const path of ['', 'chorus', '/', '/a/', '/a//b', '/a/../b', '/a b', '/.'])
    await expect(openRegistry(zooKeeper, path)).rejects.toThrow(
      `${JSON.stringify(path)} is no path in ZooKeeper`,
    )
  const path = newPath()
  const registry = await openRegistry(zooKeeper, path)
  await registry.join(node(1))
  const beneath = openRegistry(zooKeeper, `${path}/loads/${encodeURIComponent(node(1).url)}`, {
    openMsMax: 500,
  })
  await expect(beneath).rejects.toThrow('is no path in ZooKeeper')
})

test('RG-13: one of several servers is enough', async () => {
  await openRegistry({ address: `127.0.0.1:9,${zooKeeper.address},127.0.0.1:9` }, newPath())
})

test('RG-14: watching and cancelling leave nothing behind', async () => {
  const warned = vi.fn()
  process.on('warning', warned)
  const path = newPath()
  const registry = await openRegistry(zooKeeper, path)
  const document = registry.document('a')
  await document.write('0', null)
  for (let index = 1; index <= 200; index++) {
    for (let count = 0; count < 20; count++) {
      document.watch(() => {})()
      registry.watchMembers(() => {})()
    }
    await document.write(String(index), index)
  }
  const told = vi.fn()
  document.watch(told)
  await expect.poll(() => told.mock.lastCall?.[0].text).toBe('200')
  await expect.poll(() => zooKeeper.ask('wchs')).toMatch(/Total watches:[12]\n/)
  expect(warned).not.toHaveBeenCalled()
  process.off('warning', warned)
})

test('RG-14: a thousand nodes are listed with their loads, whoever asks shares the answer', async () => {
  const path = newPath()
  const registry = await openRegistry(zooKeeper, path)
  const joined = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => registry.join(node(10_000 + index))),
  )
  await Promise.all(joined.map((lease, index) => lease.report({ ...noLoad, viewers: index })))
  const before = await received()
  const lists = await Promise.all([registry.nodes(), registry.nodes(), registry.nodes()])
  expect((await received()) - before).toBeLessThan(1_500)
  for (const list of lists)
    expect(list).toEqual(
      joined.map((_, index) => ({ ...node(10_000 + index), load: { ...noLoad, viewers: index } })),
    )

  async function received(): Promise<number> {
    return Number(/Received: (\d+)/.exec(await zooKeeper.ask('srvr'))?.[1])
  }
})

test('RG-6: a document that ZooKeeper would not take is refused, and nothing else is', async () => {
  const registry = await openRegistry(zooKeeper, newPath())
  const tooLarge = registry.document('a').write('x'.repeat(1_000_001), null)
  await expect(tooLarge).rejects.toThrow('a document has 1000000 bytes at most, and this one 1000001')
  expect(await registry.document('a').write('x'.repeat(1_000_000), null)).toBe(true)
  expect(registry.connected).toBe(true)
})
