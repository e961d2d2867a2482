import type { Dispatch, Placement } from '../../src/protocol/dispatch.ts'
import { type PostgresServer, startPostgres } from './backends/postgres.ts'
import { startZooKeeper, type ZooKeeper } from './backends/zookeeper.ts'
import type { Settings } from './chorus-command.ts'
import { type Addressed, ChorusServer } from './chorus-server.ts'
import { send } from './http-client.ts'
import { testSecret } from './tokens.ts'

/** Chorus on several processes, on a ZooKeeper and a PostgreSQL of its own. */
export class Cluster implements AsyncDisposable {
  readonly zookeeper: ZooKeeper
  readonly postgres: PostgresServer
  readonly nodes: ChorusServer[] = []
  readonly #settings: Settings

  constructor(zookeeper: ZooKeeper, postgres: PostgresServer, settings: Settings) {
    this.zookeeper = zookeeper
    this.postgres = postgres
    this.#settings = settings
  }

  /** The address of the database. */
  get store(): string {
    return this.#settings.CHORUS_STORE ?? ''
  }

  /** Starts a node; the cluster ends it with itself. @param roles with commas between them */
  async start(roles: string, settings: Settings = {}): Promise<ChorusServer> {
    const server = new ChorusServer({ ...this.#settings, CHORUS_ROLES: roles, ...settings }, [])
    this.nodes.push(server)
    await server.start()
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()))
    await Promise.all([this.zookeeper[Symbol.asyncDispose](), this.postgres[Symbol.asyncDispose]()])
  }
}

/** `await using cluster = await startCluster()`. */
export async function startCluster(settings: Settings = {}): Promise<Cluster> {
  const [zookeeper, postgres] = await Promise.all([startZooKeeper(), startPostgres()])
  const store = await postgres.createDatabase()
  return new Cluster(zookeeper, postgres, {
    CHORUS_JWT_SECRET: testSecret,
    CHORUS_POST_LIMIT: 'off',
    CHORUS_STORE: store,
    CHORUS_BUS: 'dispatched:',
    CHORUS_REGISTRY: `zookeeper://${zookeeper.address}/chorus?sessionTimeoutMs=2000`,
    ...settings,
  })
}

/** What the dispatchers tell, asked at any node that answers for them. */
export async function readDispatch(server: Addressed): Promise<Dispatch> {
  return (await send(server, 'GET', '/v1/dispatch')).json<Dispatch>()
}

/** How many nodes the assignment names. */
export const nodesOf = async (server: Addressed): Promise<number> =>
  (await readDispatch(server)).assigned?.length ?? 0

/** URLs of the nodes that serve the live videos. */
export async function ownersOf(server: Addressed, liveVideoIds: string[]): Promise<string[]> {
  const placements = liveVideoIds.map(async (liveVideoId) => {
    const reply = await send(server, 'GET', `/v1/dispatch/${liveVideoId}`)
    return reply.json<Placement>().nodes
  })
  return [...new Set((await Promise.all(placements)).flat())]
}
