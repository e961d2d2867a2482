import type { FastifyCorsOptions } from '@fastify/cors'

/** The sites whose pages may use the interface: any, without cookies, or these, with cookies. */
export type CorsOrigins = '*' | readonly string[]

/** What pages of other sites may read of an answer, beside what every page may. */
export const exposedHeaders = ['Retry-After', 'WWW-Authenticate']

/** For the routes of the HTTP server; streams write their heads themselves. */
export const corsOptions = (origins: CorsOrigins): FastifyCorsOptions => ({
  origin: origins === '*' ? '*' : [...origins],
  credentials: origins !== '*',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  exposedHeaders,
  maxAge: 86_400,
  // An OPTIONS that is no question of a browser's is answered like one.
  strictPreflight: false,
})

/** What the head of a stream says of CORS. There is one object for each origin, so that heads can be kept by it. */
export type CorsHeaders = Readonly<Record<string, string>>

/** Gives what the head of a stream says to a page of `origin`; undefined: it is no page of another site. */
export type StreamCors = (origin: string | undefined) => CorsHeaders

const anyOrigin: CorsHeaders = Object.freeze({ 'access-control-allow-origin': '*', vary: 'accept-encoding' })
const vary = 'accept-encoding, origin'

export function streamCors(origins: CorsOrigins): StreamCors {
  if (origins === '*') return () => anyOrigin
  const others: CorsHeaders = { vary }
  const named = new Map(origins.map((origin) => [origin, headersFor(origin)]))
  return (origin) => named.get(origin ?? '') ?? others
}

const headersFor = (origin: string): CorsHeaders => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  vary,
})
