import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LiveVideoEvent } from '../../../domain/event.ts'
import type { LiveVideoId } from '../../../domain/live-video.ts'

const program = fileURLToPath(new URL('./realtime-program.ts', import.meta.url))

/** What the program tells: first its address, then whatever it receives. */
export type Told = { url: string } | { received: LiveVideoEvent[] }

/** A realtime end in a process of its own, which can be killed or frozen. */
export class RealtimeProcess implements AsyncDisposable {
  readonly received: LiveVideoEvent[] = []
  readonly url: Promise<string>
  readonly #child: ChildProcess
  readonly #exited: Promise<void>

  constructor(liveVideoIds: LiveVideoId[]) {
    this.#child = fork(program, liveVideoIds, { execArgv: [], env: {} })
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()))
    this.url = new Promise((resolve, reject) => {
      this.#child.on('message', (told: Told) => {
        if ('url' in told) resolve(told.url)
        else this.received.push(...told.received)
      })
      this.#exited.then(() => reject(new Error('the realtime process ended before it listened')))
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#exited
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}
