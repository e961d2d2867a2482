import { readFile } from 'node:fs/promises'

/** Besides the viewers: Node's own, the posters', the output. */
const otherFiles = 400

/**
 * Each viewer takes an open file. Where the limit can't be read, the connections that fail will tell.
 * @throws Error when the limit is too low for so many viewers.
 */
export async function checkOpenFileLimit(viewers: number): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const [, digits] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  if (digits !== undefined && Number(digits) < viewers + otherFiles)
    throw new Error(`${viewers} viewers need more open files than the ${digits} allowed here: see ulimit -n.`)
}
