import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { sharedZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { startTcpProxy } from '../../../test/support/tcp-proxy.ts'
import { type Member, noLoad } from '../registry.ts'
import { emptyFolders, newPath, node, openRegistry } from './testing/registries.ts'

const zooKeeper = sharedZooKeeper()

for (const trouble of ['cut', 'silence'] as const) {
  test(`RG-10: a node that is cut off counts itself out before the others do, and is back by itself: ${trouble}`, async () => {
    const path = newPath()
    await using link = await startTcpProxy(zooKeeper.port)
    const [cutOff, witness] = [await openRegistry(link, path), await openRegistry(zooKeeper, path)]
    const lease = await cutOff.join(node(1))
    const heldWhenGone: boolean[] = []
    witness.watchMembers((members) => {
      if (members.length === 0) heldWhenGone.push(lease.held)
    })
    link[trouble]()
    await expect.poll(() => heldWhenGone).toEqual([false])
    expect(cutOff.connected).toBe(false)
    await lease.report({ ...noLoad, viewers: 7 })
    link.heal()
    await expect.poll(() => lease.held).toBe(true)
    expect(await witness.nodes()).toEqual([{ ...node(1), load: { ...noLoad, viewers: 7 } }])
  })
}

test('RG-10: a connection that breaks costs nothing when another can be made in time', async () => {
  const path = newPath()
  await using link = await startTcpProxy(zooKeeper.port)
  const [broken, witness] = [await openRegistry(link, path), await openRegistry(zooKeeper, path)]
  const lease = await broken.join(node(1))
  const members = vi.fn<(members: Member[]) => void>()
  witness.watchMembers(members)
  for (let count = 0; count < 5; count++) {
    link.cut()
    expect(lease.held).toBe(true)
    await expect.poll(() => broken.connected).toBe(false)
    link.heal()
    await expect.poll(() => broken.connected).toBe(true)
    expect(lease.held).toBe(true)
  }
  await lease.report({ ...noLoad, viewers: 1 })
  expect(members.mock.calls).toEqual([[[node(1)]]])
})

test('RG-10: a process that was frozen past its lease knows it as soon as it runs again', async () => {
  const path = newPath()
  const witness = await openRegistry(zooKeeper, path)
  const program = fileURLToPath(new URL('./testing/frozen-node.ts', import.meta.url))
  const child = spawn(process.execPath, [program, zooKeeper.address, path, node(1).url])
  try {
    const printed: string[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(...text.trim().split('\n')))
    await expect.poll(() => printed.at(-1)).toBe('held true, leading true')
    const before = printed.length
    child.kill('SIGSTOP')
    const campaign = witness.campaign('witness', () => {})
    await expect.poll(() => witness.nodes()).toEqual([])
    await expect.poll(() => campaign.leading).toBe(true)
    child.kill('SIGCONT')
    await expect.poll(() => printed.at(-1)).toBe('held true, leading false')
    expect(printed.slice(before)).toEqual(['held false, leading false', 'held true, leading false'])
  } finally {
    child.kill('SIGKILL')
  }
})

test('RG-11: a node that crashed is back under its URL when its old lease has ended', async () => {
  const path = newPath()
  await using link = await startTcpProxy(zooKeeper.port)
  const crashed = await openRegistry(link, path)
  await crashed.join(node(1))
  link.cut()
  const restarted = await openRegistry(zooKeeper, path)
  const lease = await restarted.join({ ...node(1), roles: ['gateway'] })
  expect(lease.held).toBe(true)
  expect(await restarted.nodes()).toEqual([{ ...node(1), roles: ['gateway'], load: noLoad }])
})

test('RG-11: a node that finds its URL taken when it comes back stays out and says so', async () => {
  const path = newPath()
  await using link = await startTcpProxy(zooKeeper.port)
  const report = vi.fn()
  const [cutOff, other] = [await openRegistry(link, path, { report }), await openRegistry(zooKeeper, path)]
  const lease = await cutOff.join(node(1))
  link.cut()
  const rival = await other.join(node(1))
  link.heal()
  await expect.poll(() => String(report.mock.lastCall?.[0])).toContain(`registered as ${node(1).url}`)
  expect([lease.held, rival.held]).toEqual([false, true])
  await rival.leave()
  await expect.poll(() => lease.held).toBe(true)
})

test('RG-4: who leaves while the registry is away is gone once it is back', async () => {
  const path = newPath()
  await using link = await startTcpProxy(zooKeeper.port)
  const [away, witness] = [await openRegistry(link, path), await openRegistry(zooKeeper, path)]
  const lease = await away.join(node(1))
  const campaign = away.campaign('a', () => {})
  await expect.poll(() => campaign.leading).toBe(true)
  link.cut()
  await expect.poll(() => away.connected).toBe(false)
  await lease.leave()
  await campaign.resign()
  expect([lease.held, campaign.leading]).toEqual([false, false])
  link.heal()
  await expect.poll(() => witness.nodes()).toEqual([])
  const next = witness.campaign('b', () => {})
  await expect.poll(() => next.leading).toBe(true)
  expect((await away.join(node(1))).held).toBe(true)
})

test('RG-9: what a closed registry held is gone at once, not when its lease would have ended', async () => {
  const path = newPath()
  const long = { sessionTimeoutMs: 10_000 }
  const [first, second] = [
    await openRegistry(zooKeeper, path, long),
    await openRegistry(zooKeeper, path, long),
  ]
  await first.join(node(1))
  const mine = first.campaign('a', () => {})
  await expect.poll(() => mine.leading).toBe(true)
  const yours = second.campaign('b', () => {})
  await first.close()
  await expect.poll(() => yours.leading, { timeout: 5_000 }).toBe(true)
  expect(await second.nodes()).toEqual([])
})

test('RG-10: what was removed by hand is registered anew', async () => {
  const path = newPath()
  const registry = await openRegistry(zooKeeper, path)
  const lease = await registry.join(node(1))
  const campaign = registry.campaign('a', () => {})
  await expect.poll(() => campaign.leading).toBe(true)
  await emptyFolders(zooKeeper, path, ['members', 'loads', 'candidates'])
  await lease.report({ ...noLoad, viewers: 3 })
  expect(lease.held).toBe(true)
  expect(await registry.nodes()).toEqual([{ ...node(1), load: { ...noLoad, viewers: 3 } }])
  await expect.poll(() => campaign.leading).toBe(true)
})
