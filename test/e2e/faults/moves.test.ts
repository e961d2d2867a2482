import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { PostTimes } from '../../../tools/loadgen/posting/post-times.ts'
import { Crowd } from '../../../tools/loadgen/viewers/crowd.ts'
import { parseTarget } from '../../../tools/loadgen/wire/target.ts'
import { Audience } from '../../support/audience.ts'
import { authorOf } from '../../support/author.ts'
import type { Addressed, ChorusServer } from '../../support/chorus-server.ts'
import { type Cluster, nodesOf, ownersOf, readDispatch, startCluster } from '../../support/cluster.ts'
import { readMetric } from '../../support/metrics.ts'
import { Viewer } from '../../support/viewer.ts'

/** Who publishes comes last, so that it knows of no moves before. */
async function startNodes(cluster: Cluster, count: number) {
  const [gateway, ...realtime] = await Promise.all([
    cluster.start('gateway,dispatcher'),
    ...Array.from({ length: count }, () => cluster.start('realtime')),
  ])
  await expect.poll(() => nodesOf(gateway)).toBe(count)
  await cluster.start('comments')
  return { gateway, realtime }
}

/** More viewers of a live video, who come and leave together. */
class Others implements Disposable {
  readonly #crowd: Crowd
  readonly #over = new AbortController()

  constructor(server: Addressed, liveVideoId: string) {
    this.#crowd = new Crowd(parseTarget(server.url), liveVideoId, new PostTimes(liveVideoId))
  }

  come(viewers: number): Promise<void> {
    return this.#crowd.open(viewers, 200, this.#over.signal)
  }

  async leave(lastSeq: number): Promise<void> {
    await expect.poll(() => this.#crowd.judge(lastSeq).lost).toBe(0)
    expect(this.#crowd.judge(lastSeq)).toMatchObject({ repeated: 0, outOfOrder: 0, resets: 0 })
    this.#crowd.close()
  }

  [Symbol.dispose](): void {
    this.#over.abort()
    this.#crowd.close()
  }
}

const viewersAt = (nodes: Addressed[]) => Promise.all(nodes.map((node) => readMetric(node, 'chorus_viewers')))

const lastTold = (viewer: Viewer) => viewer.named('viewers').at(-1)?.data

test('FT-15: a live video that outgrows a node is spread over several, and comes together when viewers leave', async () => {
  await using cluster = await startCluster({ CHORUS_SPREAD_ABOVE: '50' })
  const { gateway, realtime } = await startNodes(cluster, 3)
  const spread = async () => (await readDispatch(gateway)).spread
  using audience = new Audience(gateway, { liveVideoIds: ['big'], viewers: 20 })
  await audience.start()
  using viewer = new Viewer(gateway, 'big', { returns: true })

  using others = new Others(gateway, 'big')
  await others.come(179)
  const nodes = realtime.map(({ url }) => url).sort()
  await expect.poll(spread, { timeout: 40_000 }).toEqual([{ liveVideoId: 'big', nodes, viewers: 200 }])
  // A node may have a third more than its part before it sends viewers away.
  await expect.poll(async () => Math.max(...(await viewersAt(realtime)))).toBeLessThan(90)
  await expect.poll(() => lastTold(viewer)).toEqual({ viewers: 200 })

  // Newcomers are placed by what the nodes have told, which is seconds old.
  const told = async () => {
    const { nodes } = await readDispatch(gateway)
    return realtime.map(({ url }) => nodes.find((node) => node.url === url)?.load.viewers)
  }
  await expect.poll(async () => String(await told()) === String(await viewersAt(realtime))).toBe(true)
  const carried = await viewersAt(realtime)
  const most = Math.max(...carried)
  await others.come(15)
  await expect.poll(async () => sumOf(await viewersAt(realtime))).toBe(215)
  expect((await viewersAt(realtime))[carried.indexOf(most)]).toBeLessThanOrEqual(most)
  await expect.poll(() => lastTold(viewer)).toEqual({ viewers: 215 })

  await others.leave(Math.max(...audience.accepted.map(({ seq }) => seq)))
  await expect.poll(spread, { timeout: 40_000 }).toEqual([])
  await expect.poll(async () => (await viewersAt(realtime)).sort()).toEqual([0, 0, 21])
  await expect.poll(() => lastTold(viewer)).toEqual({ viewers: 21 })
  await audience.goesOn()
  await audience.expectWhole()
  expect(viewer.seqs).toEqual(viewer.seqs.map((_, index) => (viewer.seqs[0] ?? 0) + index))
}, 180_000)

const sumOf = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0)

const numbered = (prefix: string) => Array.from({ length: 20 }, (_, index) => `${prefix}${index}`)

/** How many events the bus brought to each of the nodes, and how many of them it had asked for. */
const sentTo = (nodes: Addressed[]) =>
  Promise.all(nodes.map((node) => readMetric(node, 'chorus_bus_received_events_total')))
const wantedBy = (nodes: Addressed[]) =>
  Promise.all(nodes.map((node) => readMetric(node, 'chorus_bus_wanted_events_total')))

const growth = (before: number[], after: number[]) =>
  after.map((figure, index) => figure - (before[index] ?? 0))

/** For each of the nodes, which of the live videos are its own. */
async function shares(gateway: Addressed, nodes: Addressed[], liveVideoIds: string[]): Promise<string[][]> {
  const owners = await Promise.all(liveVideoIds.map((id) => ownersOf(gateway, [id])))
  return nodes.map(({ url }) => liveVideoIds.filter((_, index) => owners[index]?.includes(url)))
}

/** Posts a comment in each live video. Returns whether each node was sent those of its own, had asked for them, and no more. */
async function sentTheirOwn(
  gateway: Addressed,
  nodes: Addressed[],
  liveVideoIds: string[],
): Promise<boolean> {
  const own = (await shares(gateway, nodes, liveVideoIds)).map(({ length }) => length)
  const [sent, wanted] = [await sentTo(nodes), await wantedBy(nodes)]
  const author = authorOf(gateway, { sub: 'ann' })
  await Promise.all(liveVideoIds.map((id) => author.comment(id, 'at rest')))
  const wantedNow = async () => growth(wanted, await wantedBy(nodes))
  await expect.poll(async () => sumOf(await wantedNow())).toBeGreaterThanOrEqual(liveVideoIds.length)
  return isDeepStrictEqual([growth(sent, await sentTo(nodes)), await wantedNow()], [own, own])
}

/** What a node did not answer for in time it is sent again. */
const wasteMax = 1.05

test('FT-16: while slots move each node is sent the events of its own live videos, and at rest no others at all', async () => {
  await using cluster = await startCluster()
  const { gateway, realtime } = await startNodes(cluster, 3)
  const [leaving, ...staying] = realtime as [ChorusServer, ...ChorusServer[]]
  const liveVideoIds = numbered('v')
  using audience = new Audience(gateway, { liveVideoIds, viewers: 2 })
  await audience.start()
  const begin = audience.accepted.length
  await audience.goesOn()
  const [before, sent] = [await shares(gateway, staying, liveVideoIds), await sentTo(staying)]

  expect((await leaving.stop()).code).toBe(0)
  await audience.goesOn(200)
  const sentMeanwhile = growth(sent, await sentTo(staying))
  await audience.goesOn()
  for (const [index, own] of (await shares(gateway, staying, liveVideoIds)).entries()) {
    const posted = audience.accepted.slice(begin).filter(({ liveVideoId }) => own.includes(liveVideoId))
    expect(own).toEqual(expect.arrayContaining(before[index] ?? []))
    expect(sentMeanwhile[index]).toBeLessThanOrEqual(posted.length * wasteMax)
  }
  await audience.expectWhole()

  const nodes = [...staying, await cluster.start('realtime')]
  await expect.poll(() => nodesOf(gateway)).toBe(3)
  using viewers = new DisposableStack()
  const watched = numbered('w').map((id) => viewers.use(new Viewer(gateway, id)))
  await expect.poll(() => watched.every(({ lastEventId }) => lastEventId !== undefined)).toBe(true)
  const rests = () => sentTheirOwn(gateway, nodes, numbered('w'))
  await expect.poll(rests, { timeout: 60_000, interval: 1_000 }).toBe(true)
}, 180_000)
