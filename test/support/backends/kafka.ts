import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { freePort } from '../free-port.ts'
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

interface Ports {
  broker: number
  /** Where the controller of the cluster listens: this broker itself, or the one that it stands beside. */
  controller: number
}

/** A broker on loopback, which the first of a cluster is a controller as well (KRaft). It keeps its address when it is started again. */
export class KafkaServer implements AsyncDisposable {
  readonly ports: Ports
  readonly #folder: TempFolder = tempFolder()
  readonly #properties: Record<string, string>
  #child: ChildProcess | null = null
  #printed = ''

  constructor(ports: Ports, properties: Record<string, string>) {
    this.ports = ports
    this.#properties = properties
  }

  /** `host:port`. */
  get address(): string {
    return `127.0.0.1:${this.ports.broker}`
  }

  /** An address for `CHORUS_BUS`. @param query as in `partitions=4` */
  url(topic: string, query = ''): string {
    return `kafka://${this.address}/${topic}${query && `?${query}`}`
  }

  /** Writes what a first start needs. */
  async format(): Promise<void> {
    const properties = { ...this.#properties, 'log.dirs': join(this.#folder.path, 'logs') }
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(this.#propertiesFile, lines.join(''))
    const format = ['kafka.tools.StorageTool', 'format', '-t', 'Y2hvcnVzLXRlc3Qta2Fma2', '-c']
    await promisify(execFile)('java', [...java, ...format, this.#propertiesFile])
  }

  /** Resolves when a client can list its metadata; a broker that runs is left alone. */
  async start(): Promise<void> {
    if (this.#child) return
    const child = spawn('java', [...java, 'kafka.Kafka', this.#propertiesFile], { cwd: this.#folder.path })
    this.#child = child
    // Nobody else ends it when this process ends before the test does.
    const end = () => child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
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

  /** Freezes it: it holds its connections and answers nothing. */
  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP')
    while (!isFrozen(this.#child?.pid)) await sleep(5)
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
      await sleep(50)
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

const common = {
  'inter.broker.listener.name': 'PLAINTEXT',
  'controller.listener.names': 'CONTROLLER',
  // Until these are over, a broker that was killed is not let in again.
  'broker.session.timeout.ms': '1000',
  'broker.heartbeat.interval.ms': '200',
  'auto.create.topics.enable': 'false',
  'offsets.topic.num.partitions': '1',
  'offsets.topic.replication.factor': '1',
  'group.initial.rebalance.delay.ms': '0',
}

/** `await using kafka = await startKafka()`: runs until the test is over. */
export async function startKafka(): Promise<KafkaServer> {
  const ports = { broker: await freePort(), controller: await freePort() }
  return begin(ports, {
    ...common,
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
  })
}

/** A second broker of the same cluster. */
export async function startKafkaBeside({ ports: { controller } }: KafkaServer): Promise<KafkaServer> {
  const ports = { broker: await freePort(), controller }
  return begin(ports, {
    ...common,
    'process.roles': 'broker',
    'node.id': '2',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker}`,
  })
}

async function begin(ports: Ports, properties: Record<string, string>): Promise<KafkaServer> {
  const kafka = new KafkaServer(ports, properties)
  try {
    await kafka.format()
    await kafka.start()
    return kafka
  } catch (error) {
    await kafka[Symbol.asyncDispose]()
    throw error
  }
}

/** Whether each of its threads has stopped, which takes a moment on a busy machine (proc(5)). */
function isFrozen(pid: number | undefined): boolean {
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks).every((task) => readFileSync(`${tasks}/${task}/stat`, 'utf8').includes(') T '))
}
