import type { OutgoingHttpHeaders } from 'node:http'
import { joinKept } from '../domain/kept-bytes.ts'
import { dataHeaders } from '../http/security-headers.ts'
import type { BodyCoding } from './body-coding.ts'

/** The headers of every stream, whoever writes them. */
export const streamHeaders = ({ contentEncoding, isChunked }: BodyCoding): OutgoingHttpHeaders => ({
  ...dataHeaders,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'access-control-allow-origin': '*',
  vary: 'accept-encoding',
  ...(contentEncoding !== null && { 'content-encoding': contentEncoding }),
  ...(isChunked && { 'transfer-encoding': 'chunked' }),
  connection: 'close',
})

/** For each coding the head as of this second: it is the same for all who come within it. */
const heads = new Map<BodyCoding, { second: number; bytes: Buffer }>()

/** A whole response head, and what every body in that coding begins with. @param now milliseconds since 1970 */
export function streamHead(coding: BodyCoding, now: number): Buffer {
  const second = Math.floor(now / 1_000)
  const known = heads.get(coding)
  if (known?.second === second) return known.bytes
  const headers = Object.entries({ ...streamHeaders(coding), date: new Date(now).toUTCString() })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`)
  const bytes = joinKept([head, coding.beginning])
  heads.set(coding, { second, bytes })
  return bytes
}
