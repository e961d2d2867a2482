import type { SqliteLog } from './sqlite-log.ts'

/** What can be called from outside the thread. */
export type LogMethod = Exclude<keyof SqliteLog, 'append' | 'hasErased' | 'forgetErased'>

/** A call of one method of the log, and what came of it. The reply with id 0 says whether the file could be opened. */
export interface Request {
  id: number
  method: LogMethod
  args: unknown[]
}

export type Reply = { id: number; value: unknown } | { id: number; error: string }
