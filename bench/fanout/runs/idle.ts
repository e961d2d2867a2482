import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, viewersOf } from '../bench.ts'
import { startLoad, type Watched } from '../load-process.ts'
import { serverCore } from '../machine/cores.ts'
import { readUsage } from '../measure/usage.ts'
import { type ServerName, servers } from '../servers/servers.ts'

export interface IdleRun {
  server: ServerName
  title: string
  viewers: number
  failed: number
  /** Of memory that no other process shares: with the viewers less without them. */
  bytesPerViewer: number
}

const settleMs = 6_000
const warmUpMs = 1_000

/** What a server takes for viewers who only wait. */
export async function runIdle(bench: Bench, name: ServerName, count: number): Promise<IdleRun> {
  bench.signal.throwIfAborted()
  const { title, start } = servers[name]
  bench.progress(`row 4: ${title}`)
  const { floor, load: program } = bench.programs
  await using server = await start({ floor, core: serverCore, workers: 1, posters: 1 })
  const viewers = viewersOf(bench, count)
  await sleep(warmUpMs * bench.options.scale)
  const before = await readUsage(server.pids)
  await using load = await startLoad<Watched>(program, {
    ...{ port: server.port, seconds: 0, viewers, 'stream-path': server.streamPath('watched') },
    websocket: server.wire === 'websocket' ? true : null,
    gzip: server.wire === 'gzip' ? true : null,
  })
  await sleep(settleMs * bench.options.scale)
  const after = await readUsage(server.pids)
  const { ready, failed } = load.ready
  return {
    server: name,
    title,
    viewers: ready,
    failed,
    bytesPerViewer: (after.privateBytes - before.privateBytes) / ready,
  }
}
