import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, secondsOf } from '../bench.ts'
import { type Joined, startLoad } from '../load-process.ts'
import { notPinned, serverCore } from '../machine/cores.ts'
import { isClientLimit } from '../measure/usage.ts'
import { openWindow } from '../measure/window.ts'
import { type ServerName, servers } from '../servers/servers.ts'

export interface JoinRun extends Joined {
  server: ServerName
  title: string
  atOnce: number
  liveVideos: number
  joinsPerSecond: number
  serverShare: number
  othersShare: number | null
  loadShare: number
  clientLimited: boolean
}

const atOnce = 64
const liveVideos = 1_000
const settleMs = 300

/** Viewers who come, read their first bytes and go, as in a feed that is scrolled through. */
export async function runJoin(bench: Bench, name: ServerName, seconds: number): Promise<JoinRun> {
  bench.signal.throwIfAborted()
  const { title, start } = servers[name]
  bench.progress(`row 6: ${title}`)
  const { floor, load: program } = bench.programs
  await using server = await start({ floor, core: serverCore, workers: 1, posters: 1 })
  await using load = await startLoad<Joined>(program, {
    ...{ port: server.port, seconds: secondsOf(bench, seconds) },
    ...{ 'joining-at-once': atOnce, 'live-videos': liveVideos },
    // Four digits take the place of the stars.
    'stream-path': server.streamPath('video-****'),
  })
  await sleep(settleMs)
  const closeWindow = await openWindow(server.pids)
  const seen = await load.run()
  const { usedSeconds, othersSeconds } = await closeWindow()
  const loadShare = seen.loadCpuSeconds / seen.seconds
  return {
    ...{ server: name, title, atOnce, liveVideos, ...seen },
    joinsPerSecond: seen.joins / seen.seconds,
    serverShare: usedSeconds / seen.seconds,
    othersShare: notPinned === null ? othersSeconds / seen.seconds : null,
    loadShare,
    clientLimited: isClientLimit(loadShare),
  }
}
