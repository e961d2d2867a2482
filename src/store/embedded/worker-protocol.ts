import type { SqliteLog } from './sqlite-log.ts'

/** A call of one method of the log, and what came of it. The reply with id 0 says whether the file could be opened. */
export interface Request {
  id: number
  method: keyof SqliteLog
  args: unknown[]
}

export type Reply = { id: number; value: unknown } | { id: number; error: string }
