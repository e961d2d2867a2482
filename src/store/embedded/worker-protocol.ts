import type { SqliteLog } from './sqlite-log.ts'

/** What can be called from outside the thread. */
export type LogMethod = Exclude<
  keyof SqliteLog,
  'append' | 'hasErased' | 'forgetErased' | 'foldWhenLong' | 'letGo'
>

/** A call of one method of the log, and what came of it. The reply with id 0 says whether the file could be opened. */
export interface Request {
  id: number
  method: LogMethod
  args: unknown[]
}

export type Reply = { id: number; value: unknown } | { id: number; error: string }

/** `lost` says, once, that the files are no longer this process's: nothing can be stored any more. */
export type FromThread = Reply | { lost: string }
