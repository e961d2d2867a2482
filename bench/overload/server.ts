import { fileURLToPath } from 'node:url'
import { signToken } from '../../src/auth/tokens.ts'
import { freePort } from '../../test/support/free-port.ts'
import { tempFolder } from '../../test/support/temp-folder.ts'
import { readServerUsage } from '../../tools/loadgen/measure/server-usage.ts'
import { serverCore } from '../fanout/machine/cores.ts'
import { ServerProcess } from '../fanout/servers/process.ts'
import type { Ground } from './load/plan.ts'

const program = fileURLToPath(new URL('../../bin/chorus.js', import.meta.url))
const secret = 'the secret of an overloaded server'
const liveVideoCount = 100
const authorCount = 1_000

/** Chorus as `npm start` runs it, on a core of its own and a store on disk. Only the post limit of authors is off. */
export interface OverloadedServer extends AsyncDisposable {
  ground: Ground
  /** Begins to look at its memory; what it returns tells the most that it saw, in bytes. */
  watchMemory(): () => number
}

export async function startServer(): Promise<OverloadedServer> {
  await using stack = new AsyncDisposableStack()
  const store = stack.use(tempFolder())
  const port = await freePort()
  const flags = { port, store: store.path, 'jwt-secret': secret, 'post-limit': 'off', 'log-level': 'warn' }
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])
  const command = [process.execPath, '--max-semi-space-size=16', program, 'serve', ...args]
  const server = stack.use(new ServerProcess(command, serverCore))
  await server.listening(port)
  const kept = stack.move()
  return {
    ground: {
      host: '127.0.0.1',
      port,
      liveVideos: Array.from({ length: liveVideoCount }, (_, index) => `video-${index}`),
      tokens: await Promise.all(Array.from({ length: authorCount }, (_, index) => tokenOf(index))),
    },
    watchMemory: () => watchMemory(server.pid),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

const tokenOf = (index: number): Promise<string> =>
  signToken(secret, {
    sub: `author-${index}`,
    name: `Author ${index}`,
    exp: Math.floor(Date.now() / 1_000) + 7_200,
  })

const lookMs = 100

function watchMemory(pid: number): () => number {
  let most = 0
  const look = () =>
    void readServerUsage(pid).then(
      ({ residentBytes }) => {
        most = Math.max(most, residentBytes)
      },
      () => {},
    )
  look()
  const looking = setInterval(look, lookMs)
  return () => {
    clearInterval(looking)
    return most
  }
}
