/**
 * What a browser is told of every answer that is data, unless a route says otherwise: it is what its type says, it is no
 * page, it is kept nowhere, and other sites may read it (CORS says which).
 */
export const dataHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** The same for server-sent events, which nothing on the way may hold back or change. */
export const eventStreamHeaders = {
  ...dataHeaders,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const
