import type { OutgoingHttpHeaders } from 'node:http'
import { joinKept } from '../domain/kept-bytes.ts'
import { dataHeaders } from '../http/security-headers.ts'
import type { ContentCoding } from './content-coding.ts'

/** The headers of every stream, whoever writes them. */
export const streamHeaders = ({ name }: ContentCoding): OutgoingHttpHeaders => ({
  ...dataHeaders,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'access-control-allow-origin': '*',
  vary: 'accept-encoding',
  ...(name !== null && { 'content-encoding': name }),
  connection: 'close',
})

/** For each coding the head as of this second: it is the same for all who come within it. */
const heads = new Map<ContentCoding, { second: number; bytes: Buffer | string }>()

/** A whole response head, and what every body in that coding begins with. @param now milliseconds since 1970 */
export function streamHead(coding: ContentCoding, now: number): Buffer | string {
  const second = Math.floor(now / 1_000)
  const known = heads.get(coding)
  if (known?.second === second) return known.bytes
  const headers = Object.entries({ ...streamHeaders(coding), date: new Date(now).toUTCString() })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const text = `HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`
  const { preamble } = coding
  const bytes = preamble.length === 0 ? text : joinKept([Buffer.from(text), preamble])
  heads.set(coding, { second, bytes })
  return bytes
}
