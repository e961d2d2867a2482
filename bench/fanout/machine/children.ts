import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const startMsMax = 5_000

/** The processes that a process has started: so many as are told, as soon as they are there. @throws Error when they don't come */
export async function childrenOf(pid: number, count: number): Promise<number[]> {
  const giveUpAt = Date.now() + startMsMax
  while (Date.now() < giveUpAt) {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const pids = text.split(' ').filter(Boolean).map(Number)
    if (pids.length >= count) return pids
    await sleep(20)
  }
  throw new Error(`the process ${pid} has not started ${count} others`)
}
