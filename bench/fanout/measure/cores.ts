import { readFile } from 'node:fs/promises'

/** USER_HZ, in which /proc counts processor time: 100 on every architecture that Node runs on. */
const ticksPerSecond = 100
/** user, nice, system, irq, softirq, steal: all but idle and waiting for a disk. */
const busyFields = [1, 2, 3, 6, 7, 8]

/** How long a core was busy since the machine started, whoever kept it so. */
export async function readCoreBusySeconds(core: number): Promise<number> {
  const lines = (await readFile('/proc/stat', 'utf8')).split('\n')
  const fields = lines.find((line) => line.startsWith(`cpu${core} `))?.split(/\s+/) ?? []
  return busyFields.reduce((sum, at) => sum + Number(fields[at] ?? 0), 0) / ticksPerSecond
}
