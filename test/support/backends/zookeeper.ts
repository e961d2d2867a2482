import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import { freePort } from '../free-port.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import { ZooKeeper } from './zookeeper-server.ts'

export type { ZooKeeper } from './zookeeper-server.ts'

/** `await using zooKeeper = await startZooKeeper()`: runs until the test is over. */
export async function startZooKeeper(): Promise<ZooKeeper> {
  const server = new ZooKeeper()
  await startAll([server])
  return server
}

/** One ZooKeeper for all tests of a file, which keep apart by paths of their own. */
export function sharedZooKeeper(): ZooKeeper {
  const server = new ZooKeeper()
  beforeAll(() => server.start())
  afterAll(() => server[Symbol.asyncDispose]())
  return server
}

export interface Ensemble extends AsyncDisposable {
  readonly servers: readonly ZooKeeper[]
  /** host:port,host:port,host:port */
  address: string
  /** Resolves when one of them leads and all others follow. */
  complete(): Promise<void>
}

interface Ports {
  id: number
  client: number
  quorum: number
  election: number
}

/** Three that need two of them to go on. */
export async function startEnsemble(): Promise<Ensemble> {
  const ports = await ensemblePorts()
  return runEnsemble(ports, () => ports)
}

export interface DividedEnsemble extends Ensemble {
  /** How each of them reaches the one that leads. */
  links: TcpProxy[][]
}

/** Three with a network between them that can be bad. */
export async function startDividedEnsemble(): Promise<DividedEnsemble> {
  const ports = await ensemblePorts()
  const links = await Promise.all(
    ports.map(() => Promise.all(ports.map(({ quorum }) => startTcpProxy(quorum)))),
  )
  const seenBy = ({ id: from }: Ports) =>
    ports.map((peer, to) => ({
      ...peer,
      quorum: peer.id === from ? peer.quorum : (links[from - 1]?.[to]?.port ?? 0),
    }))
  const ensemble = await runEnsemble(ports, seenBy)
  return {
    ...ensemble,
    links,
    async [Symbol.asyncDispose]() {
      await ensemble[Symbol.asyncDispose]()
      await Promise.all(links.flat().map((link) => link[Symbol.asyncDispose]()))
    },
  }
}

const ensemblePorts = (): Promise<Ports[]> =>
  Promise.all(
    [1, 2, 3].map(async (id) => ({
      id,
      client: await freePort(),
      quorum: await freePort(),
      election: await freePort(),
    })),
  )

/** @param seenBy where a server believes that it and the others are */
async function runEnsemble(ports: Ports[], seenBy: (server: Ports) => Ports[]): Promise<Ensemble> {
  const servers = ports.map((server) => {
    const lines = seenBy(server).map(
      ({ id, quorum, election }) => `server.${id}=127.0.0.1:${quorum}:${election}`,
    )
    return new ZooKeeper(server.client, { id: server.id, lines })
  })
  await startAll(servers)
  return {
    servers,
    address: servers.map(({ address }) => address).join(),
    complete: () => complete(servers),
    [Symbol.asyncDispose]: () => endAll(servers),
  }
}

async function complete(servers: ZooKeeper[]): Promise<void> {
  const modeOf = async (server: ZooKeeper) =>
    /^Mode: (\w+)/m.exec(await server.ask('srvr').catch(() => ''))?.[1]
  for (let modes = ['']; modes.sort().join() !== 'follower,follower,leader'; await sleep(50))
    modes = await Promise.all(servers.map(async (server) => (await modeOf(server)) ?? ''))
}

async function startAll(servers: ZooKeeper[]): Promise<void> {
  await Promise.all(servers.map((server) => server.start())).catch(async (error) => {
    await endAll(servers)
    throw error
  })
}

async function endAll(servers: ZooKeeper[]): Promise<void> {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
}
