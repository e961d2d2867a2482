import type { ProblemCode } from '../domain/errors.ts'

/** How the stream of a live video stands. */
export type Connection =
  | { status: 'connecting' }
  /** `resumed`: it was lost before, and this is what that cost; null: never lost. */
  | { status: 'live'; resumed: Resumed | null }
  /** `since`: in `Clock.elapsed` time. */
  | { status: 'reconnecting'; since: number }
  | { status: 'ended'; reason: EndReason }

export interface Resumed {
  /** When it came back, in `Clock.elapsed` time. */
  at: number
  /** Events left out; 0: nothing was missed. */
  missed: number
  /** The comments were loaded anew. */
  reset: boolean
}

/** A code of the server's table: it refuses the stream for good. `closed`: this side closed it. */
export type EndReason = ProblemCode | 'closed'

export function lost(connection: Connection, now: number): Connection {
  return connection.status === 'live' ? { status: 'reconnecting', since: now } : connection
}

export function opened(connection: Connection, now: number, reset: boolean): Connection {
  if (connection.status === 'connecting') return { status: 'live', resumed: null }
  if (connection.status === 'reconnecting') return { status: 'live', resumed: { at: now, missed: 0, reset } }
  return connection
}

export function missed(connection: Connection, count: number): Connection {
  if (connection.status !== 'live' || !connection.resumed) return connection
  return { ...connection, resumed: { ...connection.resumed, missed: connection.resumed.missed + count } }
}
