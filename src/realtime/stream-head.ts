import type { OutgoingHttpHeaders } from 'node:http'
import { joinKept } from '../domain/kept-bytes.ts'
import type { CorsHeaders } from '../http/cors.ts'
import { dataHeaders } from '../http/security-headers.ts'
import type { BodyCoding } from './body-coding.ts'

/** The headers of every stream. */
export const streamHeaders = (
  { contentEncoding, isChunked }: BodyCoding,
  cors: CorsHeaders,
): OutgoingHttpHeaders => ({
  ...dataHeaders,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  ...cors,
  ...(contentEncoding !== null && { 'content-encoding': contentEncoding }),
  ...(isChunked && { 'transfer-encoding': 'chunked' }),
  connection: 'close',
})

/** The newest head in each coding: viewers from pages of one origin who come within one second get the same bytes. */
const heads = new Map<BodyCoding, { second: number; cors: CorsHeaders; bytes: Buffer }>()

/** A whole response head, and the beginning of every body in that coding. @param now milliseconds since 1970 */
export function streamHead(coding: BodyCoding, cors: CorsHeaders, now: number): Buffer {
  const second = Math.floor(now / 1_000)
  const known = heads.get(coding)
  if (known?.second === second && known.cors === cors) return known.bytes
  const headers = Object.entries({ ...streamHeaders(coding, cors), date: new Date(now).toUTCString() })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const bytes = joinKept([coding.beginning], `HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`)
  heads.set(coding, { second, cors, bytes })
  return bytes
}
