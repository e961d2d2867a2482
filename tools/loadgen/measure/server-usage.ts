import { readFile } from 'node:fs/promises'

/** USER_HZ, in which /proc counts processor time: 100 on every architecture that Node runs on. */
const ticksPerSecond = 100

export interface ServerUsage {
  residentBytes: number
  /** Resident and shared with no other process. */
  privateBytes: number
  cpuSeconds: number
}

/**
 * What one process uses, as Linux counts it.
 * @throws Error when there is no such process, or no /proc that may be read.
 */
export async function readServerUsage(pid: number): Promise<ServerUsage> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8')
  try {
    const [status, rollup, stat] = await Promise.all([read('status'), read('smaps_rollup'), read('stat')])
    return {
      residentBytes: kilobytes(status, 'VmRSS') * 1_024,
      privateBytes: (kilobytes(rollup, 'Private_Clean') + kilobytes(rollup, 'Private_Dirty')) * 1_024,
      cpuSeconds: cpuSeconds(stat),
    }
  } catch (error) {
    throw new Error(`The usage of process ${pid} cannot be read from /proc: ${(error as Error).message}`)
  }
}

function kilobytes(text: string, name: string): number {
  const [, digits] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text) ?? []
  if (digits === undefined) throw new Error(`there is no ${name}`)
  return Number(digits)
}

/** utime and stime are fields 14 and 15; the second, the name in brackets, may hold spaces and brackets itself. */
function cpuSeconds(stat: string): number {
  const fromThird = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fromThird[11]) + Number(fromThird[12])) / ticksPerSecond
}
