import { serverCore } from '../machine/cores.ts'
import { readCoreBusySeconds } from './cores.ts'
import { readUsage } from './usage.ts'

/** Processor time between two looks. */
export interface Window {
  /** Of the server's processes. */
  usedSeconds: number
  /** Of whatever else was on the server's core. */
  othersSeconds: number
}

/** Looks now; what it returns looks again and tells the difference. */
export async function openWindow(pids: readonly number[]): Promise<() => Promise<Window>> {
  const look = () => Promise.all([readUsage(pids), readCoreBusySeconds(serverCore)])
  const [before, busyBefore] = await look()
  return async () => {
    const [after, busyAfter] = await look()
    const usedSeconds = after.cpuSeconds - before.cpuSeconds
    return { usedSeconds, othersSeconds: Math.max(0, busyAfter - busyBefore - usedSeconds) }
  }
}
