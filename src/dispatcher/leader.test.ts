import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { Clerk } from '../placement/clerk.ts'
import { decodeAssignment, encodeAssignment } from '../placement/encoding.ts'
import { documents } from '../placement/follow.ts'
import { defaultRebalanceOptions } from '../placement/rebalance/options.ts'
import { memoryRegistry } from '../registry/memory-registry.ts'
import { noLoad } from '../registry/registry.ts'
import { defaultPaces, Leader, type LeaderParts } from './leader.ts'
import { type DispatcherNews, noNews } from './news.ts'

const node = (name: string) => ({ url: `http://${name}:1`, roles: ['realtime'] })

function setUp() {
  const clock = new ManualClock()
  const registry = memoryRegistry()
  const told: string[] = []
  const metrics = {
    leading: (leads: boolean) => void told.push(leads ? 'leads' : 'rests'),
    assigned: (generation: number) => void told.push(`wrote ${generation}`),
    overtaken: () => void told.push('overtaken'),
  }
  const errors: unknown[] = []
  const startLeader = (self: string, more: Partial<LeaderParts> = {}) =>
    new Leader({
      registry,
      clerk: new Clerk(clock, () => 0.5),
      clock,
      random: () => 0.5,
      metrics,
      rebalance: defaultRebalanceOptions,
      paces: defaultPaces,
      self,
      report: (error) => errors.push(error),
      ...more,
    })
  const document = registry.document(documents.assignment)
  const read = async () => {
    const written = await document.read()
    return written && decodeAssignment(written.text)
  }
  /** Lets time pass, and everything happen that follows from it. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100)
      await new Promise(setImmediate)
    }
  }
  const ownersOf = async () => {
    const assignment = await read()
    return new Set(assignment?.slots.map((index) => assignment.nodes[index]))
  }
  return { clock, registry, document, startLeader, read, pass, ownersOf, told, errors }
}

test('DI-1: the leader gives every slot to a living realtime node, and a lost node’s to the others', async () => {
  const { registry, startLeader, pass, ownersOf } = setUp()
  startLeader('http://d:1')
  await registry.join({ url: 'http://d:1', roles: ['dispatcher'] })
  const [lease] = [await registry.join(node('a')), await registry.join(node('b'))]
  await pass(5_000)
  expect(await ownersOf()).toEqual(new Set(['http://a:1', 'http://b:1']))
  await lease.leave()
  await pass(1_000)
  expect(await ownersOf()).toEqual(new Set(['http://b:1']))
})

test('DI-2: while nothing happens nothing is written', async () => {
  const { registry, startLeader, pass, told } = setUp()
  startLeader('http://d:1')
  await registry.join(node('a'))
  await pass(60_000)
  expect(told).toEqual(['leads', 'wrote 1'])
})

test('DI-31: a node that the leader never reached is given nothing, and told; one that carries something keeps it', async () => {
  const { registry, startLeader, pass, ownersOf } = setUp()
  const reached = new Set(['http://a:1', 'http://b:1'])
  const unreached: string[] = []
  const more = {
    news: { ...noNews, unreached: (url: string) => void unreached.push(url) },
    lifelines: () => ({ follow() {}, isDead: () => false, isReached: (url: string) => reached.has(url) }),
  }
  const leader = startLeader('http://d:1', more)
  for (const name of ['a', 'b', 'c']) await registry.join(node(name))
  await pass(3_000)
  expect([await ownersOf(), unreached]).toEqual([reached, []])
  expect(leader.unreached).toEqual([])
  await pass(10_000)
  expect([leader.unreached, unreached]).toEqual([['http://c:1'], ['http://c:1']])
  reached.delete('http://a:1')
  reached.add('http://c:1')
  await pass(3_000)
  expect(await ownersOf()).toEqual(new Set(['http://a:1', 'http://b:1', 'http://c:1']))
  expect(leader.unreached).toEqual([])
  await leader.stop()
})

test('DI-3: who has just begun to lead waits for missing nodes to return, but not for long', async () => {
  const { registry, document, startLeader, pass, read, ownersOf } = setUp()
  const first = startLeader('http://d:1')
  const lease = await registry.join(node('a'))
  await registry.join(node('b'))
  await pass(5_000)
  const before = await read()
  await first.stop()
  await lease.leave()
  startLeader('http://e:1')
  await pass(3_000)
  expect(await read()).toEqual(before)
  await pass(3_000)
  expect(await ownersOf()).toEqual(new Set(['http://b:1']))
  expect((await document.read())?.version).toBeGreaterThan(1)
})

test('DI-3: so does who lost sight of the registry, however short the time', async () => {
  const { registry, startLeader, pass, ownersOf, errors } = setUp()
  let isAway = false
  startLeader('http://d:1', {
    registry: {
      ...registry,
      connected: true,
      nodes: () => (isAway ? Promise.reject(new Error('away')) : registry.nodes()),
    },
  })
  const lease = await registry.join(node('a'))
  await registry.join(node('b'))
  await pass(10_000)
  isAway = true
  await pass(1_500)
  isAway = false
  await lease.leave()
  await pass(1_000)
  expect(await ownersOf()).toEqual(new Set(['http://a:1', 'http://b:1']))
  await pass(5_000)
  expect(await ownersOf()).toEqual(new Set(['http://b:1']))
  expect(errors.length).toBeGreaterThan(0)
})

test('DI-4: of two who both think they lead one writes; the other sees it and goes on from there', async () => {
  const { registry, document, startLeader, pass, read, told, errors } = setUp()
  startLeader('http://d:1')
  await registry.join(node('a'))
  await pass(5_000)
  // Between its reading and its writing another one writes.
  const write = document.write
  const assignment = await read()
  if (!assignment) throw new Error('nothing was assigned')
  const rival = { ...assignment, generation: assignment.generation + 1 }
  const { version = 0 } = (await document.read()) ?? {}
  await write(encodeAssignment(rival), version)
  expect(await write(encodeAssignment({ ...assignment, generation: 99 }), version)).toBe(false)
  await registry.join(node('b'))
  await pass(5_000)
  expect((await read())?.generation).toBe(rival.generation + 1)
  expect([told.includes('overtaken'), errors]).toEqual([false, []])
})

test('DI-5: a document that is lost, or is none, is made anew without moving anything', async () => {
  const { registry, document, startLeader, pass, read, errors } = setUp()
  startLeader('http://d:1')
  await registry.join(node('a'))
  await registry.join(node('b'))
  await pass(5_000)
  await document.write('no assignment', (await document.read())?.version ?? null)
  await pass(5_000)
  expect(errors.length).toBeGreaterThan(0)
  expect((await read())?.nodes).toEqual(['http://a:1', 'http://b:1'])
})

test('DI-5: nonsense is replaced by what the clerk knows', async () => {
  const { clock, registry, document, startLeader, pass, read } = setUp()
  const clerk = new Clerk(clock, () => 0.5)
  document.watch(({ text }) => text.startsWith('{') && clerk.accept(decodeAssignment(text)))
  startLeader('http://d:1', { clerk })
  await registry.join(node('a'))
  await pass(5_000)
  const before = await read()
  await document.write('no assignment', (await document.read())?.version ?? null)
  await pass(5_000)
  expect(await read()).toEqual({ ...before, generation: clerk.assignment?.generation })
  expect(clerk.assignment?.generation).toBeGreaterThan(before?.generation ?? 0)
})

test('DI-5: who has just started asks the nodes for what the registry lost, and waits until there are some', async () => {
  const first = setUp()
  first.startLeader('http://d:1')
  for (const name of ['a', 'b', 'd']) await first.registry.join(node(name))
  await first.pass(10_000)
  const known = await first.read()
  const { registry, startLeader, pass, read } = setUp()
  await registry.join(node('d'))
  startLeader('http://d:1', { askPeer: async (url) => (url === node('b').url ? known : null) })
  await pass(2_000)
  expect(await read()).toBeNull()
  for (const name of ['a', 'b']) await registry.join(node(name))
  await pass(2_000)
  expect(await read()).toEqual({ ...known, generation: expect.any(Number) })
  expect((await read())?.generation).toBeGreaterThan(known?.generation ?? 0)
})

test('DI-6: the loads of spread live videos are told to the clerks, and no others', async () => {
  const { registry, startLeader, pass, read } = setUp()
  startLeader('http://d:1')
  const lease = await registry.join(node('a'))
  await registry.join(node('b'))
  const liveVideos = [{ liveVideoId: 'small', viewers: 10 }]
  await lease.report({ ...noLoad, viewers: 10, liveVideos })
  await pass(15_000)
  expect(await registry.document(documents.spreadLoads).read()).toBeNull()
  const viewers = 3 * defaultRebalanceOptions.liveVideoViewersMax
  await lease.report({ ...noLoad, viewers, liveVideos: [{ liveVideoId: 'big', viewers }] })
  await pass(30_000)
  expect(Object.keys((await read())?.spread ?? {})).toEqual(['big'])
})

test('DI-11: who leads, what moves and which node is lost is told', async () => {
  const { registry, startLeader, pass } = setUp()
  const told: string[] = []
  const news: DispatcherNews = {
    ...noNews,
    leading: (leads) => told.push(`leads: ${leads}`),
    moved: (_, slots, nodes) => told.push(`${slots} slots moved, ${nodes} nodes`),
    joined: (url) => told.push(`${url} joined`),
    lost: (url) => told.push(`${url} lost`),
  }
  await registry.join(node('a'))
  startLeader('http://d:1', { news })
  await pass(5_000)
  const lease = await registry.join(node('b'))
  await pass(3_000)
  await lease.leave()
  await pass(3_000)
  expect(told).toEqual([
    'leads: true',
    '0 slots moved, 1 nodes',
    'http://b:1 joined',
    '2048 slots moved, 2 nodes',
    'http://b:1 lost',
    '2048 slots moved, 1 nodes',
  ])
})
