import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { afterAll, beforeAll } from 'vitest'
import { freePort } from '../free-port.ts'
import { tempFolder } from '../temp-folder.ts'

const run = promisify(execFile)
const installed = '/usr/lib/postgresql'
const printedMax = 10_000
const startMsMax = 45_000

/** Everybody may enter, but for this role, which needs its password. */
export const guardedRole = 'guarded'
const hostRules = `host all ${guardedRole} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n`

/** A real PostgreSQL as processes of its own; its port and its data outlive the processes. */
export class PostgresServer implements AsyncDisposable {
  port = 0
  readonly #folder = tempFolder()
  readonly #data = join(this.#folder.path, 'data')
  readonly #backup = join(this.#folder.path, 'backup')
  #process: ChildProcess | null = null
  #printed = ''
  #databases = 0

  /** Its address with the user `chorus`, who may do everything, or another. */
  url(database = 'postgres', user = 'chorus'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`
  }

  /** The address of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `chorus_${++this.#databases}`
    await this.ask(`CREATE DATABASE ${name}`)
    return this.url(name)
  }

  /** Runs one statement, past whatever is tested. */
  async ask(sql: string, url = this.url()): Promise<postgres.Row[]> {
    const connection = postgres(url, { max: 1, onnotice: () => {} })
    try {
      return await connection.unsafe(sql)
    } finally {
      await connection.end()
    }
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    if (this.port === 0) await this.#make()
    const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${this.#folder.path}`]
    const args = [`-D${this.#data}`, `-p${this.port}`, ...settings.map((setting) => `-c${setting}`)]
    const child = spawn(...serverCommand('postgres', args), { cwd: this.#folder.path })
    const note = (text: Buffer) => {
      this.#printed = (this.#printed + text).slice(-printedMax)
    }
    for (const output of [child.stdout, child.stderr]) output.on('data', note)
    child.once('error', (error) => note(Buffer.from(error.message)))
    this.#process = child
    await this.#answering(child)
  }

  /** As an operator would who does not wait for clients ("fast shutdown"). */
  async stop(): Promise<void> {
    this.#process?.kill('SIGINT')
    await this.#ended()
  }

  /** As a crash of the machine would: no process finishes anything. */
  async kill(): Promise<void> {
    const pids = this.#pids()
    this.signal('SIGKILL')
    await this.#ended()
    // A new server does not start while a child of the old one holds its shared memory.
    while (pids.some(runs)) await sleep(5)
  }

  /** Stops it for a moment and copies its files. */
  async backUp(): Promise<void> {
    await this.stop()
    await run('cp', ['-a', this.#data, this.#backup])
    await this.start()
  }

  /** The machine is lost, and what was backed up is all there is: the server comes back as it was then. */
  async restore(): Promise<void> {
    await this.kill()
    await run('rm', ['-r', this.#data])
    await run('cp', ['-a', this.#backup, this.#data])
    await this.start()
  }

  /** To every process of the server; `SIGSTOP` freezes it: connections stay open and nothing answers. */
  signal(name: NodeJS.Signals): void {
    for (const pid of this.#pids()) signalIfThere(pid, name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process) await this.kill()
    this.#folder[Symbol.dispose]()
  }

  /** The parent first, so that it starts nothing in place of a child that died. */
  #pids(): number[] {
    const parent = this.#process?.pid
    return parent === undefined ? [] : [parent, ...childrenOf(parent)]
  }

  async #make(): Promise<void> {
    this.port = await freePort()
    if (serverUser) chownSync(this.#folder.path, serverUser.uid, serverUser.gid)
    const options = ['--auth=trust', '--username=chorus', '--encoding=UTF8', '--no-locale', '--no-sync']
    await run(...serverCommand('initdb', ['-D', this.#data, ...options]), { cwd: this.#folder.path })
    writeFileSync(join(this.#data, 'pg_hba.conf'), hostRules)
  }

  async #answering(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + startMsMax
    const answers = () =>
      this.ask('SELECT 1').then(
        () => true,
        () => false,
      )
    while (!(await answers())) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline)
        throw new Error(`PostgreSQL on port ${this.port} does not serve: ${this.#printed}`)
      await sleep(20)
    }
  }

  async #ended(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
}

/** `await using pg = await startPostgres()`: runs until the test is over. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = new PostgresServer()
  await server.start().catch(async (error) => {
    await server[Symbol.asyncDispose]()
    throw error
  })
  return server
}

/** One PostgreSQL for all tests of a file, which keep apart by databases of their own. */
export function sharedPostgres(): PostgresServer {
  const server = new PostgresServer()
  beforeAll(() => server.start())
  afterAll(() => server[Symbol.asyncDispose]())
  return server
}

/** A connection's process ends with it, at any moment. */
function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
export const serverUser = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : null

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
}

/** A program of the newest PostgreSQL that is installed. */
function serverCommand(program: string, args: string[]): [string, string[]] {
  const [version] = readdirSync(installed).sort((a, b) => Number(b) - Number(a))
  return unprivileged(`${installed}/${version}/bin/${program}`, args)
}

/** A program that refuses to run as root, so that it ends with this process, however that ends. */
export function unprivileged(program: string, args: string[]): [string, string[]] {
  const user = serverUser ? [`--reuid=${serverUser.uid}`, `--regid=${serverUser.gid}`, '--clear-groups'] : []
  return ['setpriv', ['--pdeathsig=KILL', ...user, program, ...args]]
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => statusOf(pid)?.parent === parent)
}

const runs = (pid: number): boolean => (statusOf(pid)?.state ?? 'Z') !== 'Z'

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: pid (command) state ppid … */
function statusOf(pid: number): { state: string; parent: number } | null {
  try {
    const [, state = '', parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { state, parent: Number(parent) }
  } catch {
    // It has ended meanwhile.
    return null
  }
}
