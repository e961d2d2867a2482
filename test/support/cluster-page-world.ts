import { pino } from 'pino'
import { pages } from '../../src/gateway/pages.ts'
import { createHttpServer, type HttpServer } from '../../src/http/server.ts'
import { slotCount, slotOf } from '../../src/placement/slots.ts'
import type { Dispatch, DispatchNode } from '../../src/protocol/dispatch.ts'
import type { Addressed } from './chorus-server.ts'

type Load = DispatchNode['load']

const quiet: Load = { viewers: 0, deliveriesPerSecond: 0, liveVideos: [], draining: false }

/**
 * A cluster as `GET /v1/dispatch` tells it, with the real pages in front: for what takes too many machines, or too long,
 * to show with a real one.
 */
export class ClusterWorld implements Addressed, AsyncDisposable {
  url = ''
  /** Whether the gateway answers. */
  answers = true
  /** How often it was asked for the state of the cluster. */
  asked = 0
  leader: string | null = null
  registry: Dispatch['registry'] = 'connected'
  spread: Dispatch['spread'] = []
  /** URLs at which the dispatcher reaches no node. */
  readonly unreached = new Set<string>()
  #generation = 0
  readonly #nodes = new Map<string, { roles: string[]; load: Load }>()
  #owners: (string | null)[] = Array.from({ length: slotCount }, () => null)
  #server: HttpServer | null = null

  /** Starts the gateway, here or where it was before. */
  async start(): Promise<void> {
    this.#server = await createHttpServer(pino({ enabled: false }), () => false)
    await pages(this.#server, 'proxy')
    this.#server.get('/v1/dispatch', async (_, reply) => {
      this.asked++
      return this.answers ? this.dispatch : reply.code(503).send({})
    })
    this.#server.get<{ Params: { id: string } }>('/v1/dispatch/:id', async ({ params: { id } }, reply) =>
      this.answers
        ? { liveVideoId: id, slot: slotOf(id), nodes: [], streamUrl: null }
        : reply.code(503).send({}),
    )
    this.url = await this.#server.listen({ host: '127.0.0.1', port: 0 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.server.closeAllConnections()
    await this.#server?.close()
  }

  get dispatch(): Dispatch {
    const assigned = [...new Set(this.#owners)].filter((url) => url !== null).sort()
    const indexes = new Map(assigned.map((url, index) => [url, index]))
    return {
      generation: this.#generation,
      leader: this.leader,
      registry: this.registry,
      nodes: [...this.#nodes]
        .map(([url, { roles, load }]) => ({
          url,
          roles,
          load,
          slots: this.slotsOf(url).length,
          reached: !this.unreached.has(url),
        }))
        .sort((a, b) => (a.url < b.url ? -1 : 1)),
      assigned,
      slots: assigned.length === 0 ? [] : this.#owners.map((url) => indexes.get(url ?? '') ?? -1),
      spread: this.spread,
    }
  }

  slotsOf(url: string): number[] {
    return this.#owners.flatMap((owner, slot) => (owner === url ? [slot] : []))
  }

  /** A node comes; it has nothing yet. */
  join(url: string, roles = ['realtime'], load: Partial<Load> = {}): void {
    this.#nodes.set(url, { roles, load: { ...quiet, ...load } })
  }

  carry(url: string, load: Partial<Load>): void {
    const node = this.#nodes.get(url)
    if (node) node.load = { ...node.load, ...load }
  }

  /** A node's lease ends; its slots are still its own until they are given to others. */
  lose(url: string): void {
    this.#nodes.delete(url)
  }

  /** Gives every living node its share, moving as few slots as that takes. */
  rebalance(): void {
    const living = [...this.#nodes].filter(
      ([, { roles, load }]) => roles.includes('realtime') && !load.draining,
    )
    const wanted = new Map(living.map(([url], index) => [url, shareOf(index, living.length)]))
    const free: number[] = []
    for (const [slot, owner] of this.#owners.entries()) {
      const left = wanted.get(owner ?? '') ?? 0
      if (left > 0) wanted.set(owner ?? '', left - 1)
      else free.push(slot)
    }
    for (const [url, left] of wanted) this.give(url, free.splice(0, left))
  }

  give(url: string, slots: number[]): void {
    for (const slot of slots) this.#owners[slot] = url
    this.#generation++
  }
}

const shareOf = (index: number, nodes: number): number =>
  Math.floor(slotCount / nodes) + Number(index < slotCount % nodes)

/** `await using world = await startClusterWorld()`: answers until the test is over. */
export async function startClusterWorld(): Promise<ClusterWorld> {
  const world = new ClusterWorld()
  await world.start()
  return world
}
