import { setTimeout as sleep } from 'node:timers/promises'
import { whole } from '../../chart/numbers.ts'
import { type Bench, secondsOf, viewersOf } from '../bench.ts'
import { type Load, type Plan, startLoad, type Watched } from '../load-process.ts'
import { loadCore, notPinned, serverCore } from '../machine/cores.ts'
import { isClientLimit, readIdleShare } from '../measure/usage.ts'
import { openWindow } from '../measure/window.ts'
import type { FanOutServer } from '../servers/server.ts'
import { type ServerName, servers } from '../servers/servers.ts'

/** What one run asks of one server. Counts and times are those of a whole run; a small one takes less. */
export interface WatchOrder {
  row: number
  server: ServerName
  /** What is special about it; empty: nothing. */
  variant?: string
  viewers: number
  slowViewers?: number
  /** Comments a second; null: each poster as soon as it is answered. */
  rate: number | null
  /** Comments a second on a live video that nobody watches. */
  otherRate?: number
  seconds: number
  posters?: number
  workers?: number
  /** Server and load share all cores. */
  shared?: boolean
}

export interface WatchRun extends Watched {
  row: number
  server: ServerName
  title: string
  variant: string
  viewers: number
  slowViewers: number
  rate: number | null
  otherRate: number
  deliveriesPerSecond: number
  /** Deliveries in one read. */
  batchFactor: number | null
  bytesPerDelivery: number | null
  serverCpuSeconds: number
  /** Parts of a core: before the first comment; meanwhile, all of it; and of the load. */
  idleShare: number
  serverShare: number
  loadShare: number
  /** The part of the server's core that went to neither: what else the machine was doing. Null when all cores are shared. */
  othersShare: number | null
  /** Without what it takes when idle. */
  microsecondsPerDelivery: number | null
  /** The load's core had nothing left: the server could have done more. */
  clientLimited: boolean
}

const liveVideoId = 'watched'
const otherLiveVideoId = 'unwatched'
const postersPreset = 16
const settleMs = 300
const idleMs = 1_000

/** Starts the server, has it watched and posted to, stops it. */
export async function runWatch(bench: Bench, asked: WatchOrder): Promise<WatchRun> {
  const order = scaled(bench, asked)
  const {
    row,
    server: name,
    variant,
    viewers,
    slowViewers,
    rate,
    otherRate,
    workers,
    posters,
    shared,
  } = order
  const { title, start } = servers[name]
  bench.signal.throwIfAborted()
  bench.progress(`row ${row}: ${title}: ${describe(order)}`)
  const { floor, load: program } = bench.programs
  await using server = await start({ floor, core: shared ? null : serverCore, workers, posters })
  await using load = await startLoad<Watched>(program, planOf(order, server), shared ? null : loadCore)
  const figures = figuresOf(await measure(server, load, bench.options.scale))
  return {
    ...{ row, server: name, title, variant, viewers, slowViewers, rate, otherRate },
    ...figures,
    othersShare: shared || notPinned !== null ? null : figures.othersShare,
  }
}

function scaled(bench: Bench, order: WatchOrder): Required<WatchOrder> {
  const { slowViewers = 0, seconds } = order
  const viewers = viewersOf(bench, order.viewers)
  return {
    ...{ variant: '', otherRate: 0, workers: 1, posters: postersPreset, shared: false },
    ...order,
    viewers,
    slowViewers: slowViewers === 0 ? 0 : Math.round((viewers * slowViewers) / order.viewers),
    seconds: secondsOf(bench, seconds),
  }
}

/** What was asked of the server, for people. */
export function describe({ viewers, rate, variant }: Pick<WatchRun, 'viewers' | 'rate' | 'variant'>): string {
  const pace = rate === null ? [] : [`${whole(viewers)} viewers`, `${rate}/s`]
  return [...pace, variant].filter(Boolean).join(', ')
}

function planOf(order: Required<WatchOrder>, server: FanOutServer): Plan {
  const { viewers, slowViewers, seconds, posters, rate, otherRate } = order
  return {
    ...{ port: server.port, seconds, viewers, 'slow-viewers': slowViewers },
    'stream-path': server.streamPath(liveVideoId),
    websocket: server.wire === 'websocket' ? true : null,
    gzip: server.wire === 'gzip' ? true : null,
    ...postsOf('posts', server.postPath(liveVideoId), rate, posters),
    ...(otherRate > 0 ? postsOf('other', server.postPath(otherLiveVideoId), otherRate, posters) : {}),
    'body-before': server.body.before,
    'body-behind': server.body.behind,
    'post-header': server.postHeaders,
  }
}

const postsOf = (prefix: string, path: string, rate: number | null, posters: number): Plan => ({
  [`${prefix}-path`]: path,
  [`${prefix}-connections`]: posters,
  [`${prefix}-per-second`]: rate ?? 0,
})

/** Runs the load between two looks at what the server takes. */
async function measure({ pids }: FanOutServer, load: Load<Watched>, scale: number) {
  await sleep(settleMs)
  const idleShare = await readIdleShare(pids, Math.max(200, idleMs * scale))
  const closeWindow = await openWindow(pids)
  const seen = await load.run()
  return { seen, idleShare, ...(await closeWindow()) }
}

/** What follows from what was measured. */
function figuresOf({ seen, idleShare, usedSeconds, othersSeconds }: Awaited<ReturnType<typeof measure>>) {
  const { deliveries, seconds, wholeSeconds, reads, bytes, loadCpuSeconds } = seen
  const each = (amount: number, count: number): number | null => (count === 0 ? null : amount / count)
  const serverCpuSeconds = Math.max(0, usedSeconds - idleShare * wholeSeconds)
  const loadShare = loadCpuSeconds / wholeSeconds
  return {
    ...seen,
    ...{ serverCpuSeconds, idleShare, loadShare },
    serverShare: usedSeconds / wholeSeconds,
    othersShare: othersSeconds / wholeSeconds,
    deliveriesPerSecond: deliveries / seconds,
    batchFactor: each(deliveries, reads),
    bytesPerDelivery: each(bytes, deliveries),
    microsecondsPerDelivery: each(serverCpuSeconds * 1e6, deliveries),
    clientLimited: isClientLimit(loadShare),
  }
}

/** A viewer's p99 at most that much later than the post. */
const heldMs = 1_000

/** Whether the server kept up: everything came, and in time. */
export const isHeld = ({ lost, refused, failed, latencyMs }: WatchRun): boolean =>
  lost === 0 && refused === 0 && failed === 0 && latencyMs !== null && latencyMs.p99 <= heldMs

const disturbingShare = 0.05

/** Whether something else took so much of the server's core that its times mean little. */
export const isDisturbed = ({ othersShare }: WatchRun): boolean => (othersShare ?? 0) > disturbingShare
