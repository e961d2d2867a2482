import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { type TempFolder, tempFolder } from '../temp-folder.ts'

const jars = fileURLToPath(new URL('../../../.cache/kafka/lib', import.meta.url))

/** Why there is no Kafka to test with; null when there is one. */
export const noKafka: string | null = existsSync(jars)
  ? null
  : 'no Kafka in .cache/kafka: `npm run setup -- --test` fetches it'

const java = [
  ...['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
  ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(jars, '*')],
]
const readyMsMax = 50_000

/** One broker that is its own controller (KRaft), on loopback; at the same address however often it is started again. */
export class KafkaServer implements AsyncDisposable {
  readonly #folder: TempFolder = tempFolder()
  readonly #port: number
  readonly #controllerPort: number
  readonly #settings: Record<string, string>
  #child: ChildProcess | null = null
  #printed = ''

  constructor(port: number, controllerPort: number, settings: Record<string, string>) {
    this.#port = port
    this.#controllerPort = controllerPort
    this.#settings = settings
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** An address for `CHORUS_BUS`. @param query as in `partitions=4` */
  url(topic: string, query = ''): string {
    return `kafka://${this.address}/${topic}${query && `?${query}`}`
  }

  /** Writes what a first start needs. */
  async format(): Promise<void> {
    writeFileSync(this.#propertiesFile, this.#properties())
    const format = ['kafka.tools.StorageTool', 'format', '-t', 'Y2hvcnVzLXRlc3Qta2Fma2', '-c']
    await promisify(execFile)('java', [...java, ...format, this.#propertiesFile])
  }

  /** Resolves when a client can list its metadata. */
  async start(): Promise<void> {
    const child = spawn('java', [...java, 'kafka.Kafka', this.#propertiesFile], { cwd: this.#folder.path })
    this.#child = child
    const keep = (text: string) => {
      this.#printed = (this.#printed + text).slice(-4_000)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    await this.#ready(child)
  }

  /** As an operator would. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** As a crash would: no time to finish anything. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Frozen: it holds its connections and answers nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    this.#folder[Symbol.dispose]()
  }

  get #propertiesFile(): string {
    return join(this.#folder.path, 'server.properties')
  }

  #properties(): string {
    const controller = `127.0.0.1:${this.#controllerPort}`
    const properties = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@${controller}`,
      listeners: `PLAINTEXT://${this.address},CONTROLLER://${controller}`,
      'controller.listener.names': 'CONTROLLER',
      'inter.broker.listener.name': 'PLAINTEXT',
      'log.dirs': join(this.#folder.path, 'logs'),
      // Until these are over, a broker that was killed is not let in again.
      'broker.session.timeout.ms': '1000',
      'broker.heartbeat.interval.ms': '200',
      'auto.create.topics.enable': 'false',
      'offsets.topic.num.partitions': '1',
      'offsets.topic.replication.factor': '1',
      'group.initial.rebalance.delay.ms': '0',
      ...this.#settings,
    }
    return Object.entries(properties)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')
  }

  async #ready(child: ChildProcess): Promise<void> {
    const giveUpAt = Date.now() + readyMsMax
    const options = { clientId: 'ready', bootstrapBrokers: [this.address], retries: 0, timeout: 1_000 }
    while (child.exitCode === null && child.signalCode === null) {
      const admin = new Admin(options)
      const ready = await admin.metadata({ topics: [] }).then(
        ({ brokers }) => brokers.size > 0,
        () => false,
      )
      await admin.close()
      if (ready) return
      if (Date.now() > giveUpAt) throw new Error(`Kafka is not ready: ${this.#printed}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`Kafka ended before it was ready: ${this.#printed}`)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    child.kill('SIGCONT')
    await exited
  }
}

/** @param settings lines of `server.properties` */
async function makeKafka(settings: Record<string, string> = {}): Promise<KafkaServer> {
  const kafka = new KafkaServer(await freePort(), await freePort(), settings)
  await kafka.format().catch(async (error) => {
    await kafka[Symbol.asyncDispose]()
    throw error
  })
  return kafka
}

/** `await using kafka = await startKafka()`: runs until the test is over. */
export async function startKafka(settings?: Record<string, string>): Promise<KafkaServer> {
  const kafka = await makeKafka(settings)
  await kafka.start().catch(async (error) => {
    await kafka[Symbol.asyncDispose]()
    throw error
  })
  return kafka
}

/** Below the ports that the system gives out by itself, so that nothing takes it before the server does. */
async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
  return free ? port : freePort()
}
