import type { OutgoingHttpHeaders } from 'node:http'
import { joinKept } from '../domain/kept-bytes.ts'
import type { CorsHeaders } from '../http/cors.ts'
import { rawHead } from '../http/raw-response.ts'
import { eventStreamHeaders } from '../http/security-headers.ts'
import type { BodyCoding } from './body-coding.ts'

/** The headers of every stream. */
export const streamHeaders = (
  { contentEncoding, isChunked }: BodyCoding,
  cors: CorsHeaders,
): OutgoingHttpHeaders => ({
  ...eventStreamHeaders,
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
  const headers = { ...streamHeaders(coding, cors), date: new Date(now).toUTCString() }
  const bytes = joinKept([coding.beginning], rawHead('200 OK', headers))
  heads.set(coding, { second, cors, bytes })
  return bytes
}
