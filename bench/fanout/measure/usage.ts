import { setTimeout as sleep } from 'node:timers/promises'
import { readServerUsage } from '../../../tools/loadgen/measure/server-usage.ts'

export interface Usage {
  cpuSeconds: number
  privateBytes: number
}

/** What all of these processes use together. */
export async function readUsage(pids: readonly number[]): Promise<Usage> {
  const usages = await Promise.all(pids.map(readServerUsage))
  return usages.reduce<Usage>(
    (sum, { cpuSeconds, privateBytes }) => ({
      cpuSeconds: sum.cpuSeconds + cpuSeconds,
      privateBytes: sum.privateBytes + privateBytes,
    }),
    { cpuSeconds: 0, privateBytes: 0 },
  )
}

/** The part of a core that they take while nothing is asked of them. */
export async function readIdleShare(pids: readonly number[], ms: number): Promise<number> {
  const [before, beganAt] = [await readUsage(pids), performance.now()]
  await sleep(ms)
  const after = await readUsage(pids)
  return (after.cpuSeconds - before.cpuSeconds) / ((performance.now() - beganAt) / 1_000)
}

const clientLimit = 0.95

/** Whether a load that took this part of its core had nothing left: the server could have done more. */
export const isClientLimit = (loadShare: number): boolean => loadShare > clientLimit
