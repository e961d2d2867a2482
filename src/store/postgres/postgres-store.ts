import type { CommentStore } from '../store.ts'
import { append } from './append.ts'
import { type Ask, Connection, type Work } from './connection.ts'
import { Connections } from './connections.ts'
import { prepareDatabase } from './database.ts'
import { readComments, readEvents, readHeads, readHistoryStart, readLiveVideo } from './reads.ts'

export interface PostgresStoreOptions {
  /** Transactions at a time, each on a connection of its own; reads have theirs, so that neither starves the other. */
  appendsAtOnceMax: number
  readsAtOnceMax: number
  /** What waits for its turn, of each kind. */
  waitingMax: number
  /** How long anything may take before it is given up. */
  answerMsMax: number
}

const defaultOptions: PostgresStoreOptions = {
  appendsAtOnceMax: 4,
  readsAtOnceMax: 4,
  waitingMax: 1_000,
  answerMsMax: 5_000,
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
  const { appendsAtOnceMax, readsAtOnceMax, ...limits } = { ...defaultOptions, ...options }
  const settings = await prepareDatabase(url, limits.answerMsMax)
  const connections = (atOnceMax: number) =>
    new Connections(() => new Connection(url, settings), { atOnceMax, ...limits })
  const [appends, reads, checks] = [
    connections(appendsAtOnceMax),
    connections(readsAtOnceMax),
    connections(1),
  ]
  const read = <T>(work: Work<T>) => reads.run(work)
  return {
    append: (commands) => appends.run((ask) => append(ask, commands)),
    checkWritable: () => checks.run(checkWritable),
    readEvents: (...args) => read((ask) => readEvents(ask, ...args)),
    readHistoryStart: (...args) => read((ask) => readHistoryStart(ask, ...args)),
    readHeads: (ids) => read((ask) => readHeads(ask, ids)),
    readLiveVideo: (id) => read((ask) => readLiveVideo(ask, id)),
    readComments: (...args) => read((ask) => readComments(ask, ...args)),
    close: async () => void (await Promise.all([appends, reads, checks].map((each) => each.close()))),
  }
}

/** A standby, or a database that is set to be read only, refuses to begin. */
async function checkWritable(ask: Ask): Promise<void> {
  await ask`BEGIN READ WRITE`
  await ask`COMMIT`
}
