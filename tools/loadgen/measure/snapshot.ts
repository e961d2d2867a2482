import type { ServerFigures } from '../report.ts'
import { readServerUsage, type ServerUsage } from './server-usage.ts'

/** What was used up to a moment. */
export interface Snapshot {
  /** Of `performance.now()`. */
  at: number
  loadgenCpuSeconds: number
  /** Null when no process was named, or it is gone: a server that dies during a run is to be reported on too. */
  server: ServerUsage | null
}

export async function takeSnapshot(serverPid: number | null): Promise<Snapshot> {
  const server = serverPid === null ? null : await readServerUsage(serverPid).catch(() => null)
  const { user, system } = process.cpuUsage()
  return { at: performance.now(), loadgenCpuSeconds: (user + system) / 1e6, server }
}

/** What this program used between two moments. */
export function loadgenFigures(from: Snapshot, to: Snapshot): { cpuSeconds: number; cores: number } {
  const cpuSeconds = to.loadgenCpuSeconds - from.loadgenCpuSeconds
  return { cpuSeconds, cores: (1_000 * cpuSeconds) / (to.at - from.at) }
}

/** A stretch of the run, and how much of something happened in it. */
export interface Growth {
  from: Snapshot
  to: Snapshot
  viewers?: number
  deliveries?: number
  comments?: number
}

/** Memory over the one stretch, CPU over the other; null when no process was named. */
export function serverFigures(memory: Growth, cpu: Growth): ServerFigures | null {
  const [empty, full, idle, worked] = [memory.from.server, memory.to.server, cpu.from.server, cpu.to.server]
  if (!empty || !full || !idle || !worked) return null
  const cpuSeconds = worked.cpuSeconds - idle.cpuSeconds
  return {
    residentBytes: worked.residentBytes,
    residentBytesPerViewer: perOne(full.residentBytes - empty.residentBytes, memory.viewers),
    privateBytesPerViewer: perOne(full.privateBytes - empty.privateBytes, memory.viewers),
    cpuSeconds,
    cpuMicrosecondsPerDelivery: perOne(cpuSeconds * 1e6, cpu.deliveries),
    cpuMicrosecondsPerComment: perOne(cpuSeconds * 1e6, cpu.comments),
  }
}

/** Null when there was none of them. */
export const perOne = (amount: number, count: number | undefined): number | null =>
  count ? amount / count : null
