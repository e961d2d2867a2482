import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { tempFolder } from '../temp-folder.ts'

const jars = '/usr/share/java'
const classPath = `/etc/zookeeper/conf:${jars}/zookeeper.jar:${jars}/slf4j-simple.jar`
/** Starts fast and stays small; a page that the kernel has survives the death of the process, so nothing is synced. */
const jvmFlags = [
  '-Xmx128m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dzookeeper.forceSync=no',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
]
const printedMax = 10_000
const startMsMax = 45_000
const answerMsMax = 1_000

/** Its number among the servers of an ensemble, and a line for each of them; null for a server alone. */
export type Peers = { id: number; lines: string[] } | null

/** A real ZooKeeper as a process of its own; its port and its data outlive the process. */
export class ZooKeeper implements AsyncDisposable {
  port = 0
  readonly #peers: Peers
  readonly #folder = tempFolder()
  #process: ChildProcess | null = null
  #exited: Promise<void> = Promise.resolve()
  #printed = ''

  constructor(port = 0, peers: Peers = null) {
    this.port = port
    this.#peers = peers
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Resolves when it answers; a member of an ensemble, when there is a quorum, too. */
  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    this.#spawn()
    await this.#serving()
  }

  /** As a crash would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** Connections stay open and nothing answers. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Forgets everything, sessions included; only while it does not run. */
  wipe(): void {
    rmSync(join(this.#folder.path, 'data'), { recursive: true })
  }

  /** What it says of itself: https://zookeeper.apache.org/doc/r3.8.0/zookeeperAdmin.html#sc_4lw */
  async ask(command: 'srvr' | 'wchs' | 'cons'): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: this.port })
    const answer: Buffer[] = []
    // One that starts may take a connection and forget it.
    socket.setTimeout(answerMsMax, () => socket.destroy(new Error('no answer')))
    socket.end(command)
    for await (const bytes of socket) answer.push(bytes)
    return Buffer.concat(answer).toString()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    this.#folder[Symbol.dispose]()
  }

  #spawn(): void {
    const data = join(this.#folder.path, 'data')
    mkdirSync(data, { recursive: true })
    if (this.#peers) writeFileSync(join(data, 'myid'), String(this.#peers.id))
    const config = join(this.#folder.path, 'zoo.cfg')
    writeFileSync(config, configuration(data, this.port, this.#peers))
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
    const java = ['java', ...jvmFlags, '-cp', classPath, main, config]
    // It ends with this process, also when this one is killed and has no time to see to it.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...java], { cwd: this.#folder.path })
    const note = (text: Buffer) => {
      this.#printed = (this.#printed + text).slice(-printedMax)
    }
    for (const output of [child.stdout, child.stderr]) output.on('data', note)
    this.#process = child
    this.#exited = endOf(child, note)
  }

  async #serving(): Promise<void> {
    const deadline = Date.now() + startMsMax
    while (!/^Mode: /m.test(await this.ask('srvr').catch(() => ''))) {
      if (!this.#process || this.#process.exitCode !== null || Date.now() > deadline)
        throw new Error(`ZooKeeper on port ${this.port} does not serve: ${this.#printed}`)
      await sleep(50)
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#process?.kill(signal)
    await this.#exited
    this.#process = null
  }
}

const configuration = (data: string, port: number, peers: Peers): string =>
  [
    'tickTime=500',
    'minSessionTimeout=1000',
    'initLimit=20',
    'syncLimit=5',
    `dataDir=${data}`,
    `clientPort=${port}`,
    'clientPortAddress=127.0.0.1',
    'admin.enableServer=false',
    '4lw.commands.whitelist=srvr,wchs,cons',
    ...(peers?.lines ?? []),
  ].join('\n')

function endOf(child: ChildProcess, note: (text: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      note(Buffer.from(error.message))
      resolve()
    })
    child.once('close', () => resolve())
  })
}
