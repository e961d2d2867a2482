import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { Backoff, type BackoffOptions } from '../domain/backoff.ts'
import type { Clock } from '../domain/time.ts'
import type { GiveConnection } from '../gateway/hand-over.ts'
import { Calls } from '../ipc/calls.ts'
import { ConnectionGiver } from '../ipc/connections.ts'
import { processLine } from '../ipc/process-line.ts'
import type { Clerk } from '../placement/clerk.ts'
import type { NodeRegistry } from '../registry/registry.ts'
import { servedRegistry } from '../registry/served-registry.ts'
import { servedReader } from '../store/ipc-reader.ts'
import type { Store } from './engines.ts'
import type { LineOutput } from './line-output.ts'

const program = fileURLToPath(new URL('./worker.ts', import.meta.url))
const restart: BackoffOptions = { firstMs: 1_000, maxMs: 30_000, settledMs: 60_000 }

export interface WorkersParts {
  config: Config
  /** Where the process that starts them listens. */
  port: number
  version: string
  clusterSecret: string
  registry: NodeRegistry
  clerk: Pick<Clerk, 'assignment' | 'onChange'>
  store: Store | null
  logger: Logger
  /** Where the workers' own log lines go. */
  output: Pick<LineOutput, 'write'>
  clock: Clock
  /** Replaced in tests. */
  fork?: typeof fork
}

/** What a worker is told to be. */
export interface WorkerStart {
  config: Config
  version: string
}

/** Realtime nodes on this machine, a process and a node of its own each; one that dies is started again. */
export class Workers {
  readonly #parts: WorkersParts
  readonly #children = new Map<number, ChildProcess>()
  /** By the worker's number. */
  readonly #backoffs = new Map<number, Backoff>()
  /** By the URL of the worker's node. */
  readonly #givers = new Map<string, ConnectionGiver>()
  #stopping = false

  constructor(parts: WorkersParts) {
    this.#parts = parts
  }

  /** Resolves when all of them run, and serve if this process assigns live videos. @throws Error when one cannot start */
  async start(): Promise<void> {
    const { config } = this.#parts
    const numbers = Array.from({ length: config.workers }, (_, index) => index + 1)
    await Promise.all(numbers.map((number) => this.#startOne(number)))
    // In a cluster the dispatcher may be away: then this process starts all the same, and `/readyz` says so.
    if (config.registry.kind === 'memory') await this.#assigned()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    const children = [...this.#children.values()]
    const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(ended)
  }

  /** Whether one of them serves: it runs, and live videos are assigned to it. */
  get serve(): boolean {
    return this.#serving > 0
  }

  get #serving(): number {
    const assigned = this.#parts.clerk.assignment?.nodes ?? []
    return assigned.filter((node) => this.#givers.has(node)).length
  }

  /** Resolves when each that runs serves. One that has died meanwhile is not waited for. */
  #assigned(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const check = () => {
      if (this.serve && this.#serving === this.#givers.size) resolve()
    }
    const forget = this.#parts.clerk.onChange(check)
    check()
    return promise.finally(forget)
  }

  /** Whether a worker has taken it: the one that is this node. */
  readonly give: GiveConnection = (node, socket, firstBytes) =>
    this.#givers.get(node)?.give(socket, firstBytes) ?? false

  #startOne(number: number): Promise<void> {
    const { config, port, version, clusterSecret, registry, store, logger, output } = this.#parts
    // One process alone writes to stderr: Node makes it blocking for all that share it whenever one of them starts or ends.
    const options: ForkOptions = { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }
    const child = (this.#parts.fork ?? fork)(program, options)
    if (child.stderr) createInterface(child.stderr).on('line', (line) => output.write(`${line}\n`))
    this.#children.set(number, child)
    const calls = new Calls(processLine(child))
    const served = servedRegistry(registry, (topic, value) => calls.note(topic, value))
    calls.serve('registry', served)
    if (store) calls.serve('store', servedReader(store.reader))
    const started = Promise.withResolvers<void>()
    calls.onNote('started', (node) => {
      this.#backoffOf(number).succeeded()
      const giver = new ConnectionGiver(child)
      this.#givers.set(String(node), giver)
      child.once('exit', () => this.#givers.delete(String(node)))
      started.resolve()
    })
    calls.onNote('failed', (message) =>
      started.reject(new Error(`worker ${number}, which takes a port after CHORUS_PORT: ${message}`)),
    )
    const onGone = (reason: string) => {
      started.reject(new Error(`worker ${number} ${reason}`))
      this.#children.delete(number)
      served.end().catch((error) => logger.warn({ err: error }, 'what a worker held could not be taken back'))
      if (!this.#stopping) this.#startAgain(number)
    }
    child.once('exit', (code) => onGone(`ended with ${code}`))
    child.on('error', (error) => {
      // Without a process (no descriptor or memory is left for one) there is no exit either.
      if (child.pid === undefined) onGone(`could not be made: ${error.message}`)
      else logger.warn({ err: error }, 'a worker could not be told something')
    })
    calls.note('start', {
      config: workerConfig(config, number, port, clusterSecret),
      version,
    } satisfies WorkerStart)
    return started.promise
  }

  #startAgain(number: number): void {
    const { logger, clock } = this.#parts
    const inMs = this.#backoffOf(number).failed()
    logger.error({ worker: number, inMs }, 'a worker has died and is started again')
    clock.after(inMs, () => {
      if (this.#stopping) return
      this.#startOne(number).catch((error) => logger.error({ err: error }, 'a worker could not start'))
    })
  }

  #backoffOf(number: number): Backoff {
    const backoff = this.#backoffs.get(number) ?? new Backoff(this.#parts.clock, Math.random, restart)
    this.#backoffs.set(number, backoff)
    return backoff
  }
}

/** The ports after the first one's, so that a firewall can be told; where the first is a free one, these are too. */
function workerConfig(config: Config, number: number, port: number, clusterSecret: string): Config {
  const ownPort = config.port === 0 ? 0 : port + number
  const nodeUrl = config.nodeUrl && ownPort ? withPort(config.nodeUrl, ownPort) : null
  return {
    ...config,
    roles: ['realtime'],
    workers: 1,
    port: ownPort,
    internalPort: null,
    nodeUrl,
    clusterSecret,
  }
}

function withPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href.replace(/\/$/, '')
}
