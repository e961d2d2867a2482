import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../test/support/free-port.ts'
import { tempFolder } from '../../../test/support/temp-folder.ts'
import { childrenOf } from '../machine/children.ts'
import { ServerProcess } from './process.ts'
import type { FanOutServer, StartOptions, StartServer } from './server.ts'

const program = fileURLToPath(new URL('../../../bin/chorus.js', import.meta.url))

/** Those that `npm start` gives, too. */
const nodeFlags = ['--max-semi-space-size=16']

/** Chorus as it is, with its store on disk; only one author may post without limit. */
export const startChorus = (wire: 'sse' | 'gzip'): StartServer => {
  return async ({ core, workers, posters }: StartOptions): Promise<FanOutServer> => {
    await using stack = new AsyncDisposableStack()
    const store = stack.use(tempFolder())
    const port = await freePort()
    const server = stack.use(
      new ServerProcess(
        [process.execPath, ...nodeFlags, program, ...argsOf(port, store.path, workers)],
        core,
      ),
    )
    await server.listening(port)
    await servesStreams(`http://127.0.0.1:${port}${streamPath('anything')}`)
    const postHeaders = await Promise.all(Array.from({ length: posters }, () => authorHeader(port)))
    const pids = [server.pid, ...(workers > 1 ? await childrenOf(server.pid, workers) : [])]
    const kept = stack.move()
    return {
      ...{ port, pids, wire, postHeaders },
      streamPath,
      postPath: (liveVideoId) => `/v1/live-videos/${liveVideoId}/comments`,
      body: { before: '{"text":"', behind: '"}' },
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    }
  }
}

const streamPath = (liveVideoId: string): string => `/v1/live-videos/${liveVideoId}/stream?history=0&rate=all`

const startMsMax = 15_000

/** Workers come up after the process that has started them: till then a viewer is told to come back, with a short answer. */
async function servesStreams(url: string): Promise<void> {
  const giveUpAt = Date.now() + startMsMax
  while (Date.now() < giveUpAt) {
    const { headers, body } = await fetch(url)
    await body?.cancel()
    if (!headers.has('content-length')) return
    await sleep(50)
  }
  throw new Error('Chorus started, but serves no streams')
}

const argsOf = (port: number, store: string, workers: number): string[] => {
  const flags = { port, store, workers, 'post-limit': 'off', 'log-level': 'warn' }
  return ['serve', ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])]
}

/** A demo token as a header; without keys of its own the server gives one to whoever asks on this machine. */
async function authorHeader(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/demo/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ann' }),
  })
  if (response.status !== 201) throw new Error(`Chorus gave no token: ${response.status}`)
  return `Authorization: Bearer ${((await response.json()) as { token: string }).token}`
}
