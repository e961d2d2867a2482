import { readServerUsage } from '../../../tools/loadgen/measure/server-usage.ts'
import type { Stand } from '../stand/stand.ts'
import { type Counters, combine } from './counters.ts'
import { type Carried, carriedSince, processOn, readCarried } from './sockets.ts'

/** What was used and counted up to a moment. */
interface Look {
  /** Of `performance.now()`. */
  at: number
  counters: Awaited<ReturnType<Stand['readCounters']>>
  serversCpuSeconds: number
  carried: Carried
}

/** What was used and counted in between. CPU is in seconds. */
export interface Usage {
  seconds: number
  realtime: Counters
  comments: Counters
  cpu: { realtime: number; comments: number; bus: number }
  /** On the connections that carry the events, all of it: heads, keys, answers. */
  busBytes: number
}

/** Looks now; what it returns looks again and tells the difference. */
export async function startUsage(stand: Stand): Promise<() => Promise<Usage>> {
  const pids = await Promise.all(stand.bus.ports.map(processOn))
  const before = await look(stand, pids)
  return async () => difference(before, await look(stand, pids))
}

async function look(stand: Stand, pids: number[]): Promise<Look> {
  const [counters, servers, carried] = await Promise.all([
    stand.readCounters(),
    Promise.all(pids.map(readServerUsage)),
    readCarried(stand.busPorts),
  ])
  const serversCpuSeconds = servers.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  return { at: performance.now(), counters, serversCpuSeconds, carried }
}

function difference(before: Look, after: Look): Usage {
  const of = (role: keyof Look['counters']) => combine(after.counters[role], before.counters[role], -1)
  const [realtime, comments, dispatcher] = [of('realtime'), of('comments'), of('dispatcher')]
  return {
    seconds: (after.at - before.at) / 1_000,
    realtime,
    comments,
    cpu: {
      realtime: realtime.cpuSeconds,
      comments: comments.cpuSeconds,
      // The dispatcher and its ZooKeeper are to the one way what Redis or Kafka is to the others.
      bus: after.serversCpuSeconds - before.serversCpuSeconds + dispatcher.cpuSeconds,
    },
    busBytes: carriedSince(before.carried, after.carried),
  }
}
