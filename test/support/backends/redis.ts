import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { freePort } from '../free-port.ts'
import { tempFolder } from '../temp-folder.ts'

const printedMax = 10_000
const readyMsMax = 30_000
const inMemory = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--daemonize', 'no']

/** A real Redis as a process of its own; its port outlives the process, its data does not. */
export class RedisServer implements AsyncDisposable {
  port = 0
  readonly #settings: string[]
  readonly #folder = tempFolder()
  #process: ChildProcess | null = null
  #printed = ''

  /** @param settings of `redis.conf`, as flags: `['--requirepass', 'secret']` */
  constructor(settings: string[] = [], port = 0) {
    this.#settings = settings
    this.port = port
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** What it has written to its log since it was started last, the newest of it. */
  get printed(): string {
    return this.#printed
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    this.#printed = ''
    const flags = ['--port', String(this.port), '--dir', this.#folder.path, ...inMemory, ...this.#settings]
    const child = spawn('redis-server', flags, { cwd: this.#folder.path })
    for (const output of [child.stdout, child.stderr])
      output.on('data', (text: Buffer) => {
        this.#printed = (this.#printed + text).slice(-printedMax)
      })
    child.once('error', (error) => {
      this.#printed += error.message
    })
    this.#process = child
    // Nobody else ends it when this process ends before the test does.
    const end = () => child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    await this.#ready(child)
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** As a crash would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Connections stay open, new ones are accepted, and nothing answers. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** One command, as `redis-cli` takes and prints it. @throws Error with what the server said against it */
  async ask(...command: string[]): Promise<string> {
    const flags = ['-e', '-h', '127.0.0.1', '-p', String(this.port), '--no-auth-warning']
    const password = this.#settings[this.#settings.indexOf('--requirepass') + 1]
    if (this.#settings.includes('--requirepass') && password) flags.push('-a', password)
    const { stdout } = await promisify(execFile)('redis-cli', [...flags, ...command])
    return stdout.trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    this.#folder[Symbol.dispose]()
  }

  async #ready(child: ChildProcess): Promise<void> {
    const giveUpAt = Date.now() + readyMsMax
    // Its own word first: on a port that was taken, somebody else would answer.
    while (!this.#printed.includes('Ready to accept connections') || (await this.#ping()) !== 'PONG') {
      if (child.exitCode !== null || child.pid === undefined || Date.now() > giveUpAt)
        throw new Error(`Redis on port ${this.port} does not serve: ${this.#printed}`)
      await sleep(20)
    }
  }

  #ping(): Promise<string> {
    return this.ask('ping').catch(() => '')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = null
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    child.kill('SIGCONT')
    await exited
  }
}

/** `await using redis = await startRedis()`: runs until the test is over. */
export async function startRedis(settings?: string[]): Promise<RedisServer> {
  const server = new RedisServer(settings)
  await startAll([server])
  return server
}

/** One Redis for all tests of a file, which keep apart by prefixes of their own. */
export function sharedRedis(): RedisServer {
  const server = new RedisServer()
  beforeAll(() => server.start())
  afterAll(() => server[Symbol.asyncDispose]())
  return server
}

/** Three masters that share the slots, as `redis-cli --cluster create` lays them out. */
export class RedisCluster implements AsyncDisposable {
  servers: RedisServer[] = []

  /** `host:port,host:port,host:port` */
  get addresses(): string {
    return this.servers.map(({ address }) => address).join()
  }

  async start(): Promise<void> {
    const ports = await Promise.all([1, 2, 3].map(() => Promise.all([freePort(), freePort()])))
    this.servers = ports.map(([port, busPort]) => new RedisServer(clusterSettings(busPort), port))
    await startAll(this.servers)
    const create = ['--cluster', 'create', ...this.servers.map(({ address }) => address), '--cluster-yes']
    await promisify(execFile)('redis-cli', create)
    await this.#settled(() => true)
  }

  /** Which of them has this slot. */
  async ownerOf(slot: number): Promise<RedisServer> {
    const [asked] = this.servers
    const [port] = ownersOf(await (asked as RedisServer).ask('cluster', 'slots'), slot)
    const owner = this.servers.find((server) => server.port === port)
    if (!owner) throw new Error(`slot ${slot} has no owner`)
    return owner
  }

  /** One more server, which takes the place of a master that fails. Resolves when it follows that one. */
  async addReplica(master: RedisServer): Promise<RedisServer> {
    const replica = new RedisServer(clusterSettings(await freePort()), await freePort())
    this.servers.push(replica)
    await replica.start()
    const follow = ['--cluster-slave', '--cluster-master-id', await master.ask('cluster', 'myid')]
    await promisify(execFile)('redis-cli', [
      '--cluster',
      'add-node',
      replica.address,
      master.address,
      ...follow,
    ])
    const giveUpAt = Date.now() + readyMsMax
    while (!(await replica.ask('info', 'replication')).includes('master_link_status:up')) {
      if (Date.now() > giveUpAt) throw new Error(`${replica.address} does not follow ${master.address}`)
      await sleep(20)
    }
    return replica
  }

  /** Gives a slot to another server, as `redis-cli --cluster reshard` does. Resolves when all of them know. */
  async moveSlot(slot: number, to: RedisServer): Promise<void> {
    const id = await to.ask('cluster', 'myid')
    const from = await this.ownerOf(slot)
    await to.ask('cluster', 'setslot', String(slot), 'importing', await from.ask('cluster', 'myid'))
    await from.ask('cluster', 'setslot', String(slot), 'migrating', id)
    for (const server of new Set([to, from, ...this.servers]))
      await server.ask('cluster', 'setslot', String(slot), 'node', id)
    await this.#settled((slots) => ownersOf(slots, slot)[0] === to.port)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return endAll(this.servers)
  }

  /** Resolves when each of them serves and sees what is to be seen. */
  async #settled(seen: (slots: string) => boolean): Promise<void> {
    const giveUpAt = Date.now() + readyMsMax
    for (const server of this.servers)
      while (!(await isWhole(server)) || !seen(await server.ask('cluster', 'slots'))) {
        if (Date.now() > giveUpAt) throw new Error(`the cluster at ${this.addresses} does not settle`)
        await sleep(20)
      }
  }
}

/** `await using cluster = await startRedisCluster()`: runs until the test is over. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const cluster = new RedisCluster()
  await cluster.start().catch(async (error) => {
    await cluster[Symbol.asyncDispose]()
    throw error
  })
  return cluster
}

/** One cluster for all tests of a file, which keep apart by prefixes of their own. */
export function sharedRedisCluster(): RedisCluster {
  const cluster = new RedisCluster()
  beforeAll(() => cluster.start())
  afterAll(() => cluster[Symbol.asyncDispose]())
  return cluster
}

const clusterSettings = (busPort: number): string[] => [
  ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '2000'],
  // What one of them serves, it serves without the others, too.
  ...['--cluster-require-full-coverage', 'no'],
]

const isWhole = async (server: RedisServer): Promise<boolean> =>
  (await server.ask('cluster', 'info')).includes('cluster_state:ok')

/** Ports of the servers that have a slot, as `CLUSTER SLOTS` prints it through a pipe: from, to, host, port, id … */
function ownersOf(slots: string, slot: number): number[] {
  const ranges = slots.matchAll(/^(\d+)\n(\d+)\n[\d.]+\n(\d+)$/gm)
  return [...ranges]
    .filter(([, from, to]) => Number(from) <= slot && slot <= Number(to))
    .map((found) => Number(found[3]))
}

async function startAll(servers: RedisServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.start())).catch(async (error) => {
    await endAll(servers)
    throw error
  })
}

async function endAll(servers: RedisServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
}
