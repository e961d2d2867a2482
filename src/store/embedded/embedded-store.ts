import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Asker, ConcurrencyLimit, ownWork } from '../../domain/concurrency-limit.ts'
import { ChorusError } from '../../domain/errors.ts'
import { newEpoch } from '../new-epoch.ts'
import { defaultReadLimit, type ReadLimit } from '../read-limit.ts'
import type { CommentStore } from '../store.ts'
import { restore } from './brief-outcome.ts'
import { RecentSuccess } from './recent-success.ts'
import type { SqliteLog } from './sqlite-log.ts'
import type { FromThread, LogMethod, Reply, Request } from './worker-protocol.ts'

type Waiting = PromiseWithResolvers<unknown>

/** A disk that has done nothing for this long counts as away. */
const defaultSilentMsMax = 10_000

// Reads and commits share the thread: a commit waits behind so many reads at most, however many are asked for.
const readsAtOnceMax = 8
const pagesAtOnceMax = 2

/**
 * Opens (and makes, when missing) the store in `folder`. `onFailure` is told when it ends without having been closed:
 * then nothing can be stored any more.
 * @throws Error, in words for whoever started the server, when it is in use or cannot be opened.
 */
export async function openEmbeddedStore(
  folder: string,
  onFailure: (error: Error) => void = () => {},
  readLimit: Partial<ReadLimit> = {},
  silentMsMax = defaultSilentMsMax,
): Promise<CommentStore> {
  makeFolder(folder)
  const thread = new LogThread(join(folder, 'chorus.db'), onFailure, silentMsMax)
  await thread.opened
  const limit = new ConcurrencyLimit({
    runningMax: readsAtOnceMax,
    pagesRunningMax: pagesAtOnceMax,
    ...defaultReadLimit,
    ...readLimit,
  })
  const read = <T>(asker: Asker = ownWork, work: () => Promise<T>) => limit.run(asker, work)
  const writes = new RecentSuccess()
  // One process has it open: no other node can have the same.
  const storeId = newEpoch()
  return {
    async append(commands) {
      const outcomes = await writes.note(thread.call('appendBriefly', commands))
      return outcomes.map((outcome, index) => restore(outcome, commands[index]))
    },
    checkWritable() {
      const attempt = () => thread.call('checkWritable')
      return thread.ended ? attempt() : writes.orTry(attempt)
    },
    readEvents: (id, afterSeq, most, asker) =>
      read(asker, () => thread.call('readEvents', id, afterSeq, most)),
    readHistoryStart: (id, count, asker) => read(asker, () => thread.call('readHistoryStart', id, count)),
    readHeads: (ids, asker) => read(asker, () => thread.call('readHeads', ids)),
    readAt: (id, seq, asker) => read(asker, () => thread.call('readAt', id, seq)),
    readLiveVideo: (id, asker) => read(asker, () => thread.call('readLiveVideo', id)),
    readComments: (id, range, asker) => read(asker, () => thread.call('readComments', id, range)),
    readStoreId: async () => storeId,
    probe: () => thread.call('probe'),
    close: () => thread.close(),
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new Error(`${folder} cannot be used as the folder of the store: ${(error as Error).message}`)
  }
}

/** Calls the methods of a SqliteLog that lives on a thread of its own; replies come in the order of the calls. */
class LogThread {
  readonly opened: Promise<unknown>
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  readonly #onFailure: (error: Error) => void
  readonly #silentMsMax: number
  /** When it last answered, or was asked with nothing else to do. */
  #heardAt = 0
  #watching: NodeJS.Timeout | null = null
  #silent = false
  #ended = false

  constructor(file: string, onFailure: (error: Error) => void, silentMsMax: number) {
    this.#onFailure = onFailure
    this.#silentMsMax = silentMsMax
    this.#worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), { workerData: file })
    this.opened = this.#expect(0).then(() => {
      this.#watching = setInterval(() => this.#watch(), silentMsMax / 10).unref()
    })
    this.#worker.on('message', (message: FromThread) => this.#take(message))
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(new Error('the store has stopped')))
  }

  /** Closed or broken: every call is refused. */
  get ended(): boolean {
    return this.#ended
  }

  call<Method extends LogMethod>(
    method: Method,
    ...args: Parameters<SqliteLog[Method]>
  ): Promise<ReturnType<SqliteLog[Method]>> {
    if (this.#ended || this.#silent) return Promise.reject(unavailable(new Error('the disk does not answer')))
    const id = ++this.#lastId
    const reply = this.#expect(id)
    this.#worker.postMessage({ id, method, args } satisfies Request)
    return reply as Promise<ReturnType<SqliteLog[Method]>>
  }

  async close(): Promise<void> {
    if (this.#ended) return
    try {
      await this.call('close')
    } catch (error) {
      // It must not be closed: see `SqliteLog.letGo`.
      this.#end(((error as Error).cause as Error) ?? error)
      throw error
    }
    this.#ended = true
    if (this.#watching) clearInterval(this.#watching)
    await this.#worker.terminate()
  }

  #expect(id: number): Promise<unknown> {
    if (this.#waiting.size === 0) this.#heardAt = performance.now()
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    return waiting.promise
  }

  #take(message: FromThread): void {
    if ('lost' in message) this.#end(new Error(message.lost))
    else this.#settle(message)
  }

  /** The work may still be done; its callers do not wait for it. */
  #watch(): void {
    if (this.#waiting.size === 0 || performance.now() - this.#heardAt < this.#silentMsMax) return
    this.#silent = true
    this.#refuseWaiting(new Error('the disk does not answer'))
  }

  #settle(reply: Reply): void {
    this.#heardAt = performance.now()
    this.#silent = false
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('value' in reply) waiting?.resolve(reply.value)
    else waiting?.reject(reply.id === 0 ? new Error(reply.error) : unavailable(new Error(reply.error)))
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#watching) clearInterval(this.#watching)
    this.#refuseWaiting(error)
    this.#onFailure(error)
  }

  #refuseWaiting(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(unavailable(error))
    this.#waiting.clear()
  }
}

const unavailable = (cause: unknown) => new ChorusError('store_unavailable', null, 1_000, cause)
