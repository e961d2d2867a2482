import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from './schema.ts'
import { SqliteLog } from './sqlite-log.ts'
import type { Reply, Request } from './worker-protocol.ts'

/** How long after a removal its text has left the disk; removals in between share the work. */
const forgetAfterMs = 2_000

/** The thread that owns the SQLite file, so that waiting for the disk never holds up a viewer. */
function serve(log: SqliteLog): void {
  let forgetting: NodeJS.Timeout | null = null
  const forget = () => {
    forgetting = null
    try {
      log.forgetErased()
    } catch {
      // A full disk, say: what is left to forget is tried again with the next request.
    }
  }
  parentPort?.on('message', (request: Request) => {
    parentPort?.postMessage(answer(log, request))
    if (log.hasErased && forgetting === null) forgetting = setTimeout(forget, forgetAfterMs)
  })
}

function answer(log: SqliteLog, { id, method, args }: Request): Reply {
  try {
    const call = log[method] as (...values: unknown[]) => unknown
    return { id, value: call.apply(log, args) }
  } catch (error) {
    return { id, error: (error as Error).message }
  }
}

function open(): void {
  try {
    serve(new SqliteLog(openDatabase(workerData as string)))
    parentPort?.postMessage({ id: 0, value: null } satisfies Reply)
  } catch (error) {
    parentPort?.postMessage({ id: 0, error: (error as Error).message } satisfies Reply)
  }
}

open()
