import { afterAll, beforeAll } from 'vitest'
import { ChorusCommand, type Exit, type Settings } from './chorus-command.ts'
import { tempFolder } from './temp-folder.ts'
import { testSecret } from './tokens.ts'

/** Whatever has an address; a server that was started again has another one than before. */
export interface Addressed {
  readonly url: string
}

const usual: Settings = { CHORUS_JWT_SECRET: testSecret, CHORUS_POST_LIMIT: 'off' }

/** A server that runs as a process of its own on a free port, with a store of its own. */
export class ChorusServer implements Addressed, AsyncDisposable {
  url = ''
  readonly #settings: Settings
  readonly #args: string[]
  readonly #folder = tempFolder()
  #command: ChorusCommand | null = null
  #printed = ''

  /** @param args further flags; they win over `settings` */
  constructor(settings: Settings, args: string[] | null = null) {
    this.#settings = settings
    this.#args = args ?? ['--store', this.storeFolder]
  }

  get storeFolder(): string {
    return this.#folder.path
  }

  /** Everything it has written to stdout and stderr, over all its starts. */
  get printed(): string {
    return this.#printed + (this.#command?.stdout ?? '') + (this.#command?.stderr ?? '')
  }

  /** @param port 0 takes a free one */
  async start(port = 0): Promise<void> {
    const command = new ChorusCommand(['serve', '--port', String(port), ...this.#args], this.#settings)
    this.#command = command
    const [, url = ''] = await command.printed(/(?:Watch and comment|Address)\s+(\S+?)\/?\n/)
    this.url = url
  }

  /** Where it listens, for who wants to find it there again after a restart. */
  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** As a crash would: no time to finish anything. */
  kill(): Promise<Exit> {
    return this.#end('SIGKILL')
  }

  /** As an operator would. */
  stop(): Promise<Exit> {
    return this.#end('SIGTERM')
  }

  get pid(): number {
    return this.#command?.pid ?? 0
  }

  signal(name: NodeJS.Signals): void {
    this.#command?.signal(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#command) await this.kill()
    this.#folder[Symbol.dispose]()
  }

  /** When it ends by itself. */
  ended(): Promise<Exit> {
    return this.#end(null)
  }

  async #end(signal: NodeJS.Signals | null): Promise<Exit> {
    if (!this.#command) throw new Error('the server does not run')
    if (signal) this.#command.signal(signal)
    const exit = await this.#command.exited
    this.#printed = this.printed
    this.#command = null
    return exit
  }
}

/** `await using server = await startChorus()`: runs until the test is over. */
export async function startChorus(settings: Settings = usual): Promise<ChorusServer> {
  const server = new ChorusServer(settings)
  await server.start().catch(async (error) => {
    await server[Symbol.asyncDispose]()
    throw error
  })
  return server
}

export const startChorusWith = (settings: Settings): Promise<ChorusServer> =>
  startChorus({ ...usual, ...settings })

/** One server for all tests of a file, which keep apart by live videos of their own. */
export function sharedChorus(settings: Settings = {}): ChorusServer {
  const server = new ChorusServer({ ...usual, ...settings })
  beforeAll(() => server.start())
  afterAll(() => server[Symbol.asyncDispose]())
  return server
}

let liveVideos = 0

/** A LiveVideoId that no other test of the file uses. */
export const newLiveVideoId = (): string => `video-${++liveVideos}`
