import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pinned } from '../machine/cores.ts'

const startMsMax = 15_000
const stopMsMax = 5_000
const printedMax = 5_000

/** A server as a process of its own, ended by its pid. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  #printed = ''

  constructor(command: string[], core: number | null) {
    const [program = '', ...args] = pinned(core, command)
    this.#child = spawn(program, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
    for (const output of [this.#child.stdout, this.#child.stderr])
      output?.on('data', (text: Buffer) => this.#note(String(text)))
    this.#child.once('error', ({ message }) => this.#note(message))
    // Nobody else ends it when this process ends first.
    const end = () => this.#child.kill('SIGKILL')
    process.once('exit', end)
    this.#child.once('exit', () => process.off('exit', end))
  }

  get pid(): number {
    return this.#child.pid ?? 0
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
    // A server that waits for its viewers to leave is not waited for: nothing of it is needed any more.
    const late = setTimeout(() => this.#child.kill('SIGKILL'), stopMsMax)
    await exited
    clearTimeout(late)
  }

  get #ended(): boolean {
    const { pid, exitCode, signalCode } = this.#child
    return pid === undefined || exitCode !== null || signalCode !== null
  }

  #note(text: string): void {
    this.#printed = (this.#printed + text).slice(-printedMax)
  }
}

/** What this was started with may say something to the servers, too: none of it reaches them. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(CHORUS_|NODE_|VITEST)/.test(name))
  return Object.fromEntries(kept)
}

function takesConnections(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy())
}
