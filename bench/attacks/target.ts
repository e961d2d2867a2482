import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../test/support/free-port.ts'
import { tempFolder } from '../../test/support/temp-folder.ts'
import { signToken, testSecret } from '../../test/support/tokens.ts'
import { readServerUsage } from '../../tools/loadgen/measure/server-usage.ts'
import { serverCore } from '../fanout/machine/cores.ts'
import { ServerProcess } from '../fanout/servers/process.ts'

/** Small enough that an attack which takes the heap ends the server and not the machine. */
const heapMegabytes = 512
const nodeFlags = [`--max-old-space-size=${heapMegabytes}`, '--max-semi-space-size=16']

/** A Chorus with its default settings, started from a checkout, on a core of its own. */
export class Target implements AsyncDisposable {
  readonly port: number
  readonly #server: ServerProcess
  readonly #stack: AsyncDisposableStack

  private constructor(port: number, server: ServerProcess, stack: AsyncDisposableStack) {
    this.port = port
    this.#server = server
    this.#stack = stack
  }

  static async start(checkout: string, extra: Record<string, string> = {}): Promise<Target> {
    await using stack = new AsyncDisposableStack()
    const store = stack.use(tempFolder())
    const port = await freePort()
    const flags = { port, store: store.path, 'jwt-secret': testSecret, 'log-level': 'warn', ...extra }
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])
    const program = join(checkout, 'bin/chorus.js')
    const command = [process.execPath, ...nodeFlags, program, 'serve', ...args]
    const server = stack.use(new ServerProcess(command, serverCore))
    await server.listening(port)
    return new Target(port, server, stack.move())
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** In seconds. @throws Error when the server has ended */
  async cpuSeconds(): Promise<number> {
    return (await readServerUsage(this.#server.pid)).cpuSeconds
  }

  /** The most memory that the process has had so far, in megabytes; infinite when it has ended. */
  async peakMegabytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#server.pid}/status`, 'utf8').catch(() => '')
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? []
    return kilobytes === undefined ? Number.POSITIVE_INFINITY : Math.round(Number(kilobytes) / 1_024)
  }

  /** Whether it still answers, within some seconds. */
  async isAlive(): Promise<boolean> {
    const answer = fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(5_000) })
    return answer.then(({ ok }) => ok).catch(() => false)
  }

  /** Fills a live video with comments, each by another author, so that no limit of one author counts. */
  async seed(liveVideoId: string, comments: number, text: string): Promise<void> {
    const post = async (index: number) => {
      const { status } = await fetch(`${this.url}/v1/live-videos/${liveVideoId}/comments`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokenOf(`seed-${index}`)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      })
      if (status !== 201) throw new Error(`a comment was answered with ${status}`)
    }
    for (let from = 0; from < comments; from += seedsAtOnce)
      await Promise.all(
        Array.from({ length: Math.min(seedsAtOnce, comments - from) }, (_, at) => post(from + at)),
      )
    // Compiling and collecting after a burst is no part of what follows.
    await sleep(500)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}

const seedsAtOnce = 20

/** The longest text that is accepted, of characters that take the most bytes. */
export const longestText = '𐍈'.repeat(5_000)

export const tokenOf = (author: string): string => signToken({ sub: author, name: author })
