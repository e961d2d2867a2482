import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const printedMax = 10_000
const startMsMax = 30_000

/** A server that runs in the foreground as a process of its own. */
export class FrontServer implements AsyncDisposable {
  readonly #child: ChildProcess
  #printed = ''

  constructor(command: string, args: string[], env: Record<string, string> = {}) {
    // Debian keeps servers where only root looks.
    const PATH = `${process.env.PATH}:/usr/sbin`
    this.#child = spawn(command, args, { env: { PATH, ...env } })
    for (const output of [this.#child.stdout, this.#child.stderr])
      output?.on('data', (text: Buffer) => this.#note(String(text)))
    this.#child.once('error', ({ message }) => this.#note(message))
    // Nobody else ends it when this process ends before the test does.
    const end = () => this.#child.kill('SIGTERM')
    process.once('exit', end)
    this.#child.once('exit', () => process.off('exit', end))
  }

  get printed(): string {
    return this.#printed
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Resolves when the port takes connections. @throws Error with what the server printed */
  async listening(port: number): Promise<void> {
    const giveUpAt = Date.now() + startMsMax
    while (!(await takesConnections(port))) {
      if (this.#ended || Date.now() > giveUpAt) throw new Error(`no server on ${port}: ${this.#printed}`)
      await sleep(20)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }

  get #ended(): boolean {
    const { pid, exitCode, signalCode } = this.#child
    return pid === undefined || exitCode !== null || signalCode !== null
  }

  #note(text: string): void {
    this.#printed = (this.#printed + text).slice(-printedMax)
  }
}

export interface Certificate {
  certFile: string
  keyFile: string
  /** PEM; signed by itself, so it is also what it is checked against. */
  cert: string
}

/** A certificate for this machine, made by openssl in the folder. */
export async function createCertificate(folder: string): Promise<Certificate> {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const files = ['-nodes', '-keyout', keyFile, '-out', certFile, '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  await promisify(execFile)('openssl', ['req', '-x509', ...key, ...files, ...names])
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8') }
}

function takesConnections(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy())
}
