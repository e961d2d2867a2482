/**
 * Why a server ends a stream. It stands in a comment line before the end, for whoever debugs. After `auth_expired` the
 * same request will be refused; after all others coming back with it can succeed.
 */
export type DisconnectReason =
  | 'server_stopping'
  | 'too_many_streams'
  /** It has waited too long, among too many others, to be let in now. */
  | 'overloaded'
  | 'store_unavailable'
  | 'keys_unavailable'
  | 'auth_expired'
  /** The live video is served by another node now. */
  | 'moved'
  /** The node that serves it, or would, does not answer; there may be another one in a moment. */
  | 'node_unreachable'
