import { mkdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ChorusError } from '../../domain/errors.ts'
import type { CommentStore } from '../store.ts'
import type { SqliteLog } from './sqlite-log.ts'
import type { LogMethod, Reply, Request } from './worker-protocol.ts'

type Waiting = PromiseWithResolvers<unknown>

/**
 * Opens (and makes, when missing) the store in `folder`.
 * @throws Error, in words for whoever started the server, when it is in use or cannot be opened.
 */
export async function openEmbeddedStore(folder: string): Promise<CommentStore> {
  mkdirSync(folder, { recursive: true })
  const thread = new LogThread(join(folder, 'chorus.db'))
  await thread.opened
  const call = thread.call.bind(thread)
  return {
    append: (commands) => call('append', commands),
    readEvents: (...args) => call('readEvents', ...args),
    readHistoryStart: (...args) => call('readHistoryStart', ...args),
    readHeads: (ids) => call('readHeads', ids),
    readLiveVideo: (id) => call('readLiveVideo', id),
    readComments: (...args) => call('readComments', ...args),
    close: () => thread.close(),
  }
}

/** Calls the methods of a SqliteLog that lives on a thread of its own; replies come in the order of the calls. */
class LogThread {
  readonly opened: Promise<unknown>
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #ended = false

  constructor(file: string) {
    // The ending is this file's own: .ts where the sources run as they are, .js where they were built.
    const entry = new URL(`./embedded-worker${extname(import.meta.url)}`, import.meta.url)
    this.#worker = new Worker(entry, { workerData: file })
    this.opened = this.#expect(0)
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(new Error('the store has stopped')))
  }

  call<Method extends LogMethod>(
    method: Method,
    ...args: Parameters<SqliteLog[Method]>
  ): Promise<ReturnType<SqliteLog[Method]>> {
    if (this.#ended) return Promise.reject(new ChorusError('store_unavailable'))
    const id = ++this.#lastId
    const reply = this.#expect(id)
    this.#worker.postMessage({ id, method, args } satisfies Request)
    return reply as Promise<ReturnType<SqliteLog[Method]>>
  }

  async close(): Promise<void> {
    if (this.#ended) return
    await this.call('close')
    await this.#worker.terminate()
  }

  #expect(id: number): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    return waiting.promise
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('value' in reply) waiting?.resolve(reply.value)
    else
      waiting?.reject(
        reply.id === 0 ? new Error(reply.error) : new ChorusError('store_unavailable', reply.error),
      )
  }

  #end(error: Error): void {
    this.#ended = true
    for (const waiting of this.#waiting.values())
      waiting.reject(new ChorusError('store_unavailable', error.message))
    this.#waiting.clear()
  }
}
