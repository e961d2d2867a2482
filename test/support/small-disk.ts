import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TempFolder, tempFolder } from './temp-folder.ts'

/** A disk that can be full. */
export interface SmallDisk extends Disposable {
  folder: string
  /** @param pid the process that writes to it */
  fill(pid: number): void
  empty(pid: number): void
}

const succeeds = (command: string, ...args: string[]) => spawnSync(command, args).status === 0

/** A file system of its own in memory. Only root may mount one: null for others. */
export function mountedDisk(): SmallDisk | null {
  const folder = tempFolder()
  if (!succeeds('mount', '-t', 'tmpfs', '-o', 'size=4m', 'none', folder.path)) {
    folder[Symbol.dispose]()
    return null
  }
  const ballast = join(folder.path, 'ballast')
  return {
    folder: folder.path,
    fill() {
      const { bavail, bsize } = statfsSync(folder.path)
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
    },
    empty: () => rmSync(ballast),
    [Symbol.dispose]() {
      succeeds('umount', '--lazy', folder.path)
      folder[Symbol.dispose]()
    },
  }
}

/** The kernel's limit of the size of a file, for anyone to set: SQLite is refused in the middle of a write, as on a full disk. */
export function limitedDisk(folder: TempFolder = tempFolder()): SmallDisk {
  const limit = (pid: number, bytes: string) => {
    if (!succeeds('prlimit', '--pid', String(pid), `--fsize=${bytes}:`)) throw new Error('prlimit has failed')
  }
  return {
    folder: folder.path,
    fill: (pid) => limit(pid, '1'),
    empty: (pid) => limit(pid, 'unlimited'),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
