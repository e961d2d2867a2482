import { encodeSseComment, encodeSseRetry } from './sse.ts'

/**
 * Why a server ends a stream. It stands in a comment line before the end, for debugging. After `auth_expired` the
 * same request will be refused; after all others coming back with it can succeed.
 */
export type DisconnectReason =
  | 'server_stopping'
  | 'too_many_streams'
  /** It has waited too long, behind too many others, to be let in now. */
  | 'overloaded'
  | 'store_unavailable'
  | 'keys_unavailable'
  | 'auth_expired'
  /** The live video is served by another node now. */
  | 'moved'
  /** The node that serves it, or would, does not answer; there may be another one in a moment. */
  | 'node_unreachable'

/** The last words of a stream: when to come back, in milliseconds, and why it ends. */
export const encodeFarewell = (reason: DisconnectReason, retryMs: number): string =>
  encodeSseRetry(retryMs) + encodeSseComment(`closed: ${reason}`)
