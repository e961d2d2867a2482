import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { loadCore, pinned } from '../../fanout/machine/cores.ts'
import type { Plan, Seen } from './plan.ts'

const program = fileURLToPath(new URL('load-process.ts', import.meta.url))

/** The process that makes the load, on the core that the server is not on. */
export class Load implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<never>

  constructor() {
    const [command = '', ...args] = pinned(loadCore, [process.execPath, program])
    this.#child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the load has ended with ${code}`)
    })
    this.#ended.catch(() => {})
  }

  async run(plan: Plan): Promise<Seen> {
    const answer = once(this.#child, 'message')
    this.#child.send(plan)
    const [seen] = await Promise.race([answer, this.#ended])
    return seen as Seen
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.disconnect()
    await this.#ended.catch(() => {})
  }
}
