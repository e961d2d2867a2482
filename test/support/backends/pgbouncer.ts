import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { tempFolder } from '../temp-folder.ts'
import { type PostgresServer, serverUser, unprivileged } from './postgres.ts'

/** A real PgBouncer before a PostgreSQL. */
export class PgBouncer implements AsyncDisposable {
  readonly #postgres: PostgresServer
  readonly #folder = tempFolder()
  #port = 0
  #process: ChildProcess | null = null
  #printed = ''

  constructor(postgres: PostgresServer) {
    this.#postgres = postgres
  }

  /** The address of a database of its PostgreSQL, through it. */
  through(url: string): string {
    const place = new URL(url)
    place.port = String(this.#port)
    return place.href
  }

  /** @param settings more of its `[pgbouncer]` section: https://www.pgbouncer.org/config.html */
  async start(settings: Record<string, string>): Promise<void> {
    this.#port = await freePort()
    const { path } = this.#folder
    const own = { listen_addr: '127.0.0.1', listen_port: this.#port, unix_socket_dir: '', auth_type: 'any' }
    const lines = Object.entries({ ...own, ...settings }).map(([name, value]) => `${name} = ${value}`)
    const databases = `* = host=127.0.0.1 port=${this.#postgres.port} user=chorus`
    writeFileSync(join(path, 'pgbouncer.ini'), ['[databases]', databases, '[pgbouncer]', ...lines].join('\n'))
    if (serverUser) chownSync(path, serverUser.uid, serverUser.gid)
    const child = spawn(...unprivileged('/usr/sbin/pgbouncer', [join(path, 'pgbouncer.ini')]))
    child.stderr.on('data', (text) => {
      this.#printed += text
    })
    this.#process = child
    while (!this.#printed.includes('process up')) {
      if (child.exitCode !== null) throw new Error(`PgBouncer does not serve: ${this.#printed}`)
      await sleep(10)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    this.#folder[Symbol.dispose]()
  }
}
