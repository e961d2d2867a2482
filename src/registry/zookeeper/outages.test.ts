import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { noLoad } from '../registry.ts'
import { expectHealthy, expectPrompt, startNode } from './testing/nodes.ts'
import { newPath, node, openRegistry } from './testing/registries.ts'

test('RG-12: ZooKeeper is killed and comes back: nobody was told anything, and everything goes on', async () => {
  await using zooKeeper = await startZooKeeper()
  const [path, long] = [newPath(), { sessionTimeoutMs: 4_000 }]
  const nodes = [
    await startNode(await openRegistry(zooKeeper, path, long), 1),
    await startNode(await openRegistry(zooKeeper, path, long), 2),
  ]
  await expectHealthy(nodes)
  const told = () => nodes.map(({ told }) => [told.documents.length, told.members.length])
  const before = told()
  await zooKeeper.kill()
  for (const each of nodes) {
    await expect.poll(() => each.registry.connected).toBe(false)
    await expectPrompt(each)
    await expect.poll(() => each.lease.held).toBe(false)
    await each.lease.report({ ...noLoad, viewers: 1 })
  }
  expect(nodes.map(({ campaign }) => campaign.leading)).toEqual([false, false])
  expect(told()).toEqual(before)
  await zooKeeper.start()
  await expectHealthy(nodes)
  expect(nodes.map(({ told }) => told.members.length)).toEqual(before.map(([, members]) => members))
})

test('RG-12: sessions that expired while ZooKeeper was away are begun anew', async () => {
  await using zooKeeper = await startZooKeeper()
  await using link = await startTcpProxy(zooKeeper.port)
  const path = newPath()
  const [cutOff, other] = [
    await startNode(await openRegistry(link, path), 1),
    await startNode(await openRegistry(zooKeeper, path), 2),
  ]
  await expectHealthy([cutOff, other])
  link.cut()
  await zooKeeper.stop()
  await zooKeeper.start()
  await expect.poll(() => other.told.members.at(-1)).toEqual([node(2)])
  await expect.poll(() => other.campaign.leading).toBe(true)
  link.heal()
  await expectHealthy([cutOff, other])
  expect(cutOff.told.leads).toEqual([true, false])
})

test('RG-12: a ZooKeeper that lost all it knew is taken as a new one', async () => {
  await using zooKeeper = await startZooKeeper()
  const path = newPath()
  const nodes = [
    await startNode(await openRegistry(zooKeeper, path), 1),
    await startNode(await openRegistry(zooKeeper, path), 2),
  ]
  for (let round = 0; round < 3; round++) await expectHealthy(nodes)
  await zooKeeper.kill()
  zooKeeper.wipe()
  await zooKeeper.start()
  await expectHealthy(nodes)
  expect(await nodes[0]?.document.read()).toEqual({ text: 'after null', version: 1 })
})

test('RG-12: a ZooKeeper that is frozen is not waited for', async () => {
  await using zooKeeper = await startZooKeeper()
  const only = await startNode(await openRegistry(zooKeeper, newPath()), 1)
  await expectHealthy([only])
  zooKeeper.pause()
  // Whatever came before the signal is still answered.
  const readOn = async () => {
    while (true) await only.document.read()
  }
  await expect(readOn()).rejects.toThrow(/^ZooKeeper cannot be reached: silent for \d+ ms$/)
  await expectPrompt(only)
  await expect.poll(() => only.lease.held).toBe(false)
  zooKeeper.resume()
  await expectHealthy([only])
})

test('RG-12: what was half received when a connection broke does no harm to the next one', async () => {
  await using zooKeeper = await startZooKeeper()
  await using link = await startTcpProxy(zooKeeper.port)
  const path = newPath()
  const [near, far] = [await openRegistry(zooKeeper, path), await openRegistry(link, path)]
  const text = 'x'.repeat(400_000)
  await near.document('large').write(text, null)
  for (let count = 0; count < 3; count++) {
    link.limitBytesPerSecond = 200_000
    const read = far.document('large').read()
    const passed = link.bytesPassed
    await expect.poll(() => link.bytesPassed, { interval: 5 }).toBeGreaterThan(passed + 50_000)
    link.cut()
    await expect(read).rejects.toThrow(/^ZooKeeper cannot be reached/)
    link.limitBytesPerSecond = null
    link.heal()
    await expect.poll(() => far.connected).toBe(true)
    expect(await far.document('large').read()).toEqual({ text, version: 1 })
  }
})

test('RG-6: of many who write over connections that break, what was confirmed stands once, and the rest once or never', async () => {
  await using zooKeeper = await startZooKeeper()
  const path = newPath()
  const witness = await openRegistry(zooKeeper, path)
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 30 }), { minLength: 3, maxLength: 6 }), async (pausesMs) => {
      const name = `race-${++run}`
      const outcomes = await Promise.all([1, 2, 3].map((writer) => writeThroughCuts(writer, name, pausesMs)))
      const words = ((await witness.document(name).read())?.text ?? '').split(' ')
      expect(new Set(words).size).toBe(words.length)
      for (const { confirmed } of outcomes) expect(words).toEqual(expect.arrayContaining(confirmed))
      const all = outcomes.flatMap(({ confirmed, unknown }) => [...confirmed, ...unknown])
      expect(all).toEqual(expect.arrayContaining(words.filter(Boolean)))
    }),
    { numRuns: 3 },
  )

  async function writeThroughCuts(writer: number, name: string, pausesMs: number[]) {
    await using link = await startTcpProxy(zooKeeper.port)
    const registry = await openRegistry(link, path)
    const document = registry.document(name)
    const outcome = { confirmed: [] as string[], unknown: [] as string[] }
    for (const [index, pauseMs] of pausesMs.entries()) {
      setTimeout(() => link.cut(), pauseMs + 5 * writer)
      for (let count = 0; registry.connected; count++) {
        const word = `${writer}.${index}.${count}`
        try {
          const known = await document.read()
          const wrote = await document.write(
            [known?.text, word].filter(Boolean).join(' '),
            known?.version ?? null,
          )
          if (wrote) outcome.confirmed.push(word)
        } catch {
          outcome.unknown.push(word)
        }
      }
      link.heal()
      await expect.poll(() => registry.connected, { interval: 5 }).toBe(true)
    }
    await registry.close()
    return outcome
  }
})
