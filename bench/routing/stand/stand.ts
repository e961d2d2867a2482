import type { Settings } from '../../../test/support/chorus-command.ts'
import { ChorusServer } from '../../../test/support/chorus-server.ts'
import { testSecret } from '../../../test/support/tokens.ts'
import { type Counters, combine, noCounters, readCounters } from '../measure/counters.ts'
import type { BusServers, Mode } from '../modes.ts'
import type { NumberedNode } from '../routes.ts'
import { OwnClerk } from './clerk.ts'

export const realtimeCount = 4
const commentsCount = 2
const lastLookMs = 100

interface RunningNode extends NumberedNode {
  server: ChorusServer
}

/** One mode on its feet: several realtime nodes and comments nodes as processes of their own, on real servers. */
export class Stand implements AsyncDisposable {
  readonly bus: BusServers
  /** Null where there is no dispatcher. */
  clerk: OwnClerk | null = null
  readonly #settings: Settings
  readonly #comments: ChorusServer[] = []
  readonly #dispatchers: ChorusServer[] = []
  #realtime: RunningNode[] = []
  #numbers = 0
  /** Of the realtime nodes that have stopped. */
  #gone: Counters = noCounters

  private constructor(bus: BusServers, settings: Settings) {
    this.bus = bus
    this.#settings = settings
  }

  /** @param store an empty database */
  static async start(mode: Mode, store: string): Promise<Stand> {
    const bus = await mode.start()
    const stand = new Stand(bus, {
      CHORUS_JWT_SECRET: testSecret,
      CHORUS_POST_LIMIT: 'off',
      CHORUS_LOG_LEVEL: 'warn',
      CHORUS_STORE: store,
      ...bus.settings,
    })
    await stand.#startAll().catch(async (error) => {
      await stand[Symbol.asyncDispose]()
      throw error
    })
    return stand
  }

  /** Those that viewers may be sent to. */
  get realtime(): readonly NumberedNode[] {
    return this.#realtime
  }

  get commentsUrls(): string[] {
    return this.#comments.map(({ url }) => url)
  }

  /** Starts one more. */
  async addRealtime(): Promise<void> {
    const number = this.#numbers++
    const server = await this.#start('realtime')
    this.#realtime = [...this.#realtime, { number, url: server.url, server }]
  }

  /** Tells the first one to stop, as an operator would, sends nobody there any more, and waits for its end. */
  async drainRealtime(): Promise<void> {
    const [drained, ...others] = this.#realtime
    if (!drained) return
    const before = await readCounters(drained.url)
    const stopped = drained.server.stop()
    this.#realtime = others
    this.#gone = combine(this.#gone, await lastCountersOf(drained.url, before, stopped))
    await drained.server[Symbol.asyncDispose]()
  }

  async readCounters(): Promise<Record<'realtime' | 'comments' | 'dispatcher', Counters>> {
    const sum = async (urls: string[], start = noCounters) =>
      (await Promise.all(urls.map(readCounters))).reduce((one, other) => combine(one, other), start)
    const [realtime, comments, dispatcher] = await Promise.all([
      sum(urlsOf(this.#realtime), this.#gone),
      sum(this.commentsUrls),
      sum(urlsOf(this.#dispatchers)),
    ])
    return { realtime, comments, dispatcher }
  }

  /** Where the connections that carry the events end. */
  get busPorts(): number[] {
    if (this.bus.zookeeper === null) return this.bus.ports
    return urlsOf(this.#realtime).map((url) => Number(new URL(url).port))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servers = [...this.#realtime.map(({ server }) => server), ...this.#comments, ...this.#dispatchers]
    await Promise.all([
      ...servers.map((server) => server[Symbol.asyncDispose]()),
      this.clerk?.[Symbol.asyncDispose](),
    ])
    await this.bus[Symbol.asyncDispose]()
  }

  async #startAll(): Promise<void> {
    const times = (count: number, start: () => Promise<void>) => Array.from({ length: count }, start)
    const startComments = async () => void this.#comments.push(await this.#start('comments'))
    const startDispatcher = async () => void this.#dispatchers.push(await this.#start('dispatcher'))
    await Promise.all([
      ...times(realtimeCount, () => this.addRealtime()),
      ...times(commentsCount, startComments),
    ])
    if (this.bus.zookeeper === null) return
    this.clerk = await OwnClerk.open(this.bus.zookeeper)
    // Last, so that its first assignment has all nodes: after a change events go to both nodes for some seconds.
    await startDispatcher()
    await this.clerk.shared(realtimeCount)
  }

  async #start(role: string): Promise<ChorusServer> {
    const server = new ChorusServer({ ...this.#settings, CHORUS_ROLES: role }, [])
    await server.start()
    return server
  }
}

const urlsOf = (nodes: readonly { url: string }[]): string[] => nodes.map(({ url }) => url)

/** A node that has ended tells nothing: what it told last, a moment before. */
async function lastCountersOf(url: string, before: Counters, stopped: Promise<unknown>): Promise<Counters> {
  let [last, over] = [before, false]
  void stopped.then(() => {
    over = true
  })
  while (!over) {
    last = await readCounters(url).catch(() => last)
    await new Promise((resolve) => setTimeout(resolve, lastLookMs))
  }
  return last
}
