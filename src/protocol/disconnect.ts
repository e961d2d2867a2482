/**
 * Why a server ends a stream: one closed table. It stands as a comment line before the end, for whoever debugs;
 * `reconnect` says whether coming back with the same request can succeed.
 */
export const disconnects = {
  server_stopping: { reconnect: true },
  too_many_streams: { reconnect: true },
  store_unavailable: { reconnect: true },
  keys_unavailable: { reconnect: true },
  slow_viewer: { reconnect: true },
  auth_expired: { reconnect: false },
} as const satisfies Record<string, { reconnect: boolean }>

export type DisconnectReason = keyof typeof disconnects
