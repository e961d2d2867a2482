import type { Asker } from '../../domain/concurrency-limit.ts'
import { defaultReadLimit, type ReadLimit } from '../read-limit.ts'
import type { CommentStore } from '../store.ts'
import { append } from './append.ts'
import { measureSkew, readClock, type TellSkew } from './clock.ts'
import { type Ask, Connection, type Work } from './connection.ts'
import { Connections } from './connections.ts'
import { prepareDatabase } from './database.ts'
import {
  readAt,
  readComments,
  readEvents,
  readHeads,
  readHistoryStart,
  readLiveVideo,
  readStoreId,
} from './reads.ts'

export interface PostgresStoreOptions extends ReadLimit {
  /** Transactions at a time, each on a connection of its own; reads have theirs, so that neither starves the other. */
  appendsAtOnceMax: number
  readsAtOnceMax: number
  /** Of the reads, pages that somebody asked for. */
  pagesAtOnceMax: number
  /** How long anything may take before it is given up. */
  answerMsMax: number
  /** Told with every append and every probe. */
  tellSkew: TellSkew
}

const defaultOptions: PostgresStoreOptions = {
  appendsAtOnceMax: 4,
  readsAtOnceMax: 4,
  pagesAtOnceMax: 2,
  ...defaultReadLimit,
  answerMsMax: 5_000,
  tellSkew: () => {},
}

/**
 * Opens the store in a PostgreSQL database (14 or newer), which any number of nodes share, and brings its schema up to
 * date. The server may go away afterwards: then calls reject with `store_unavailable` until it is back.
 * @param url postgres://user:password@host:5432/database, with `sslmode` and other settings as parameters
 * @throws Error, in one line for whoever started the server, when it cannot be reached or is not what is needed
 */
export async function openPostgresStore(
  url: string,
  options: Partial<PostgresStoreOptions> = {},
): Promise<CommentStore> {
  const { appendsAtOnceMax, readsAtOnceMax, pagesAtOnceMax, tellSkew, ...limits } = {
    ...defaultOptions,
    ...options,
  }
  const settings = await prepareDatabase(url, limits.answerMsMax)
  const connections = (runningMax: number, pagesRunningMax: number) =>
    new Connections(() => new Connection(url, settings), { runningMax, pagesRunningMax, ...limits })
  const appends = connections(appendsAtOnceMax, appendsAtOnceMax)
  const reads = connections(readsAtOnceMax, pagesAtOnceMax)
  // One of its own: whether the server answers is no matter of how much it is asked.
  const checks = connections(1, 1)
  const read = <T>(asker: Asker | undefined, work: Work<T>) => reads.run(work, asker)
  return {
    append: (commands) => appends.run((ask) => append(ask, commands, tellSkew)),
    checkWritable: () => checks.run((ask) => checkWritable(ask, tellSkew)),
    readEvents: (id, afterSeq, most, asker) => read(asker, (ask) => readEvents(ask, id, afterSeq, most)),
    readHistoryStart: (id, count, asker) => read(asker, (ask) => readHistoryStart(ask, id, count)),
    readHeads: (ids, asker) => read(asker, (ask) => readHeads(ask, ids)),
    readAt: (id, seq, asker) => read(asker, (ask) => readAt(ask, id, seq)),
    readLiveVideo: (id, asker) => read(asker, (ask) => readLiveVideo(ask, id)),
    readComments: (id, range, asker) => read(asker, (ask) => readComments(ask, id, range)),
    readStoreId: () => read(undefined, readStoreId),
    probe: () => checks.run((ask) => probe(ask, tellSkew)),
    close: async () => void (await Promise.all([appends, reads, checks].map((each) => each.close()))),
  }
}

async function probe(ask: Ask, tellSkew: TellSkew): Promise<void> {
  await measureSkew(async () => ({ at: await readClock(ask) }), tellSkew)
}

/** A standby, or a database that is set to be read only, refuses to begin. */
async function checkWritable(ask: Ask, tellSkew: TellSkew): Promise<void> {
  await ask`BEGIN READ WRITE`
  await probe(ask, tellSkew)
  await ask`COMMIT`
}
