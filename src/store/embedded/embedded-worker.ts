import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { FilesLost, OwnedFiles } from './owned-files.ts'
import { openDatabase } from './schema.ts'
import { SqliteLog } from './sqlite-log.ts'
import type { FromThread, Reply, Request } from './worker-protocol.ts'

/** How long after a removal its text has left the disk; removals in between share the work. */
const forgetAfterMs = 2_000
/** How often files are looked at that no commit looks at. */
const lookMs = 1_000

/** The thread that owns the SQLite file, so that waiting for the disk never holds up a viewer. */
class StoreThread {
  readonly #files: OwnedFiles
  readonly #log: SqliteLog
  #lost: FilesLost | null = null
  #forgetting: NodeJS.Timeout | null = null

  constructor(file: string) {
    const database = openDatabase(file)
    this.#files = new OwnedFiles(file)
    this.#log = new SqliteLog(database, this.#files)
    const looking = setInterval(() => this.#look(looking), lookMs)
    parentPort?.on('message', (request: Request) => this.#take(request))
  }

  #take(request: Request): void {
    post(this.#answer(request))
    if (this.#lost) return
    this.#attempt(() => this.#log.foldWhenLong())
    if (this.#log.hasErased) this.#forgetting ??= setTimeout(() => this.#forget(), forgetAfterMs)
  }

  #answer({ id, method, args }: Request): Reply {
    try {
      if (this.#lost) throw this.#lost
      const call = this.#log[method] as (...values: unknown[]) => unknown
      return { id, value: call.apply(this.#log, args) }
    } catch (error) {
      if (error instanceof FilesLost) this.#lost = error
      return { id, error: (error as Error).message }
    }
  }

  #forget(): void {
    this.#forgetting = null
    this.#attempt(() => this.#log.forgetErased())
  }

  /** A full disk, say: what is left to do is tried again with the next request. */
  #attempt(work: () => void): void {
    try {
      if (!this.#lost) work()
    } catch (error) {
      if (error instanceof FilesLost) this.#lost = error
    }
  }

  #look(looking: NodeJS.Timeout): void {
    this.#attempt(() => this.#files.check())
    if (!this.#lost) return
    clearInterval(looking)
    void this.#end(this.#lost)
  }

  /** Opened while they are still being copied, the next start would take half of them. */
  async #end(lost: FilesLost): Promise<void> {
    for (let seen = ''; seen !== this.#files.signature; await sleep(lookMs)) seen = this.#files.signature
    let message = lost.message
    try {
      this.#log.letGo()
    } catch (error) {
      message += `, and what was not yet in it could not be kept: ${(error as Error).message}`
    }
    post({ lost: message })
  }
}

const post = (message: FromThread) => parentPort?.postMessage(message)

try {
  new StoreThread(workerData as string)
  post({ id: 0, value: null })
} catch (error) {
  post({ id: 0, error: (error as Error).message })
}
