import { expect, test } from 'vitest'
import { sharedZooKeeper } from '../../../test/support/backends/zookeeper.ts'
import { startTcpProxy, type TcpProxy } from '../../../test/support/tcp-proxy.ts'
import type { Campaign, NodeRegistry } from '../registry.ts'
import { newPath, openRegistry } from './testing/registries.ts'

const zooKeeper = sharedZooKeeper()

interface Candidate extends AsyncDisposable {
  name: string
  link: TcpProxy
  registry: NodeRegistry
  campaign: Campaign
}

/** Stands for election behind a network of its own; `told` collects what all candidates hear. */
async function stand(path: string, name: string, told: string[]): Promise<Candidate> {
  const link = await startTcpProxy(zooKeeper.port)
  const registry = await openRegistry(link, path)
  const campaign = registry.campaign(name, (leading) => told.push(`${name} ${leading}`))
  return { name, link, registry, campaign, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() }
}

async function standFive(path: string, told: string[], stack: AsyncDisposableStack): Promise<Candidate[]> {
  const candidates: Candidate[] = []
  for (const name of 'abcde') candidates.push(stack.use(await stand(path, name, told)))
  return candidates
}

const leaderOf = async (candidates: Candidate[]): Promise<Candidate> => {
  const leaders = () => candidates.filter(({ campaign }) => campaign.leading)
  await expect.poll(() => leaders().length).toBe(1)
  return leaders()[0] as Candidate
}

test('RG-8: of five exactly one leads, however many of them are cut off or silenced one after the other', async () => {
  await using stack = new AsyncDisposableStack()
  const told: string[] = []
  const candidates = await standFive(newPath(), told, stack)
  const leaders = () => candidates.filter(({ campaign }) => campaign.leading).map(({ name }) => name)
  for (const trouble of ['cut', 'silence'] as const) {
    const leader = await leaderOf(candidates)
    leader.link[trouble]()
    let most = 1
    await expect
      .poll(
        () => {
          most = Math.max(most, leaders().length)
          return leaders().length === 1 && !leader.campaign.leading
        },
        { interval: 1 },
      )
      .toBe(true)
    expect(most).toBe(1)
  }
  // Whoever led is told that it is over before the next one is told that it leads.
  expect(told.map((line) => line.split(' ')[1])).toEqual(['true', 'false', 'true', 'false', 'true'])
  for (const { link } of candidates) link.heal()
  await expect.poll(() => candidates.every(({ registry }) => registry.connected)).toBe(true)
  expect(leaders()).toHaveLength(1)
})

test('RG-8: one who still thinks that it leads cannot write over the next leader', async () => {
  await using stack = new AsyncDisposableStack()
  const candidates = await standFive(newPath(), [], stack)
  const stale = await leaderOf(candidates)
  const assignment = stale.registry.document('assignment')
  expect(await assignment.write('stale 1', null)).toBe(true)
  stale.link.silence()
  const next = await leaderOf(candidates.filter((candidate) => candidate !== stale))
  expect(await next.registry.document('assignment').write('next 2', 1)).toBe(true)
  stale.link.heal()
  await expect.poll(() => stale.registry.connected).toBe(true)
  expect(await assignment.write('stale 2', 1)).toBe(false)
  expect(await assignment.read()).toEqual({ text: 'next 2', version: 2 })
})

test('RG-8: an end wakes one candidate and not all: each watches the one before it', async () => {
  await using stack = new AsyncDisposableStack()
  const candidates = await standFive(newPath(), [], stack)
  for (let left = 5; left > 1; left--) {
    const leader = await leaderOf(candidates)
    // The first one watches itself, too.
    await expect
      .poll(() => zooKeeper.ask('wchs'))
      .toContain(`watching ${left - 1} paths\nTotal watches:${left}\n`)
    await leader.registry.close()
    candidates.splice(candidates.indexOf(leader), 1)
  }
})
