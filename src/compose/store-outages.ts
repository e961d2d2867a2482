import type { Logger } from 'pino'
import { ChorusError } from '../domain/errors.ts'
import type { CommentStore } from '../store/store.ts'

/** The same store, whose outages are logged when they begin and when they are over, however many requests they fail. */
export function logOutages(store: CommentStore, logger: Logger): CommentStore {
  const writing = new OutageLog(logger, {
    about: 'storing',
    began: 'nothing can be stored: comments are refused with 503 until it can',
    over: 'comments are stored again',
  })
  const reading = new OutageLog(logger, {
    about: 'reading the store',
    began: 'the store cannot be read: history and resumes wait until it can',
    over: 'the store is read again',
  })
  return {
    append: (commands) => writing.watch(store.append(commands)),
    checkWritable: () => writing.watch(store.checkWritable()),
    readEvents: (...args) => reading.watch(store.readEvents(...args)),
    readHistoryStart: (...args) => reading.watch(store.readHistoryStart(...args)),
    readHeads: (...args) => reading.watch(store.readHeads(...args)),
    readAt: (...args) => reading.watch(store.readAt(...args)),
    readLiveVideo: (...args) => reading.watch(store.readLiveVideo(...args)),
    readComments: (...args) => reading.watch(store.readComments(...args)),
    readStoreId: () => reading.watch(store.readStoreId()),
    probe: () => reading.watch(store.probe()),
    close: () => store.close(),
  }
}

interface OutageLines {
  about: string
  began: string
  over: string
}

class OutageLog {
  readonly #logger: Logger
  readonly #lines: OutageLines
  #outage: { since: number; failed: number } | null = null

  constructor(logger: Logger, lines: OutageLines) {
    this.#logger = logger
    this.#lines = lines
  }

  async watch<T>(call: Promise<T>): Promise<T> {
    try {
      const done = await call
      this.#end()
      return done
    } catch (error) {
      if (error instanceof ChorusError && error.code === 'store_unavailable') this.#fail(error)
      throw error
    }
  }

  #fail({ cause }: ChorusError): void {
    if (this.#outage) return void this.#outage.failed++
    this.#outage = { since: performance.now(), failed: 1 }
    const { about, began } = this.#lines
    this.#logger.error({ about, cause: cause instanceof Error ? cause.message : cause }, began)
  }

  #end(): void {
    if (!this.#outage) return
    const { since, failed } = this.#outage
    this.#outage = null
    const { about, over } = this.#lines
    this.#logger.info({ about, failed, ms: Math.round(performance.now() - since) }, over)
  }
}
