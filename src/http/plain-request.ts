import type { IncomingHttpHeaders } from 'node:http'

/** A GET without anything unusual, read without an HTTP parser. */
export interface PlainRequest {
  path: string
  /** What stands after the question mark; empty without one. */
  query: string
  /** By their names in lower case. */
  headers: IncomingHttpHeaders
  /** As it came. */
  bytes: Buffer
}

/** More than any browser sends, less than what the HTTP server refuses. */
const bytesMax = 8_192
const requestLine = /^GET (\/[!-"$->@-~]*)(?:\?([!-"$-~]*))? HTTP\/1\.1$/
const headerName = /^[A-Za-z0-9-]+$/
/** What may stand behind the colon, blanks around it aside. */
const headerValue = /^[\t -~]*$/
/** What would make it more than a head, or whose repetition means something. */
const unusual = new Set(['content-length', 'transfer-encoding', 'upgrade', 'expect', 'trailer', 'te'])

/**
 * Reads the head of a request when it is a whole one and the plainest there is: one GET of HTTP/1.1, ASCII alone, no
 * body, no header twice, nothing after it. Null for all others, wrong ones too: they are the HTTP server's, which knows
 * what to say. It takes less than RFC 9112 allows, and nothing that RFC 9112 does not.
 */
export function readPlainRequest(bytes: Buffer): PlainRequest | null {
  if (bytes.length > bytesMax || !bytes.subarray(-4).equals(endOfHead)) return null
  const [first = '', ...lines] = bytes.toString('latin1', 0, bytes.length - 4).split('\r\n')
  const [, path, query = ''] = requestLine.exec(first) ?? []
  const headers = path === undefined ? null : readHeaders(lines)
  return path === undefined || headers?.host === undefined ? null : { path, query, headers, bytes }
}

const endOfHead = Buffer.from('\r\n\r\n')

function readHeaders(lines: string[]): IncomingHttpHeaders | null {
  const headers: IncomingHttpHeaders = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    const [written, value] = [line.slice(0, Math.max(0, colon)), line.slice(colon + 1)]
    const name = written.toLowerCase()
    if (!headerName.test(written) || !headerValue.test(value)) return null
    if (name in headers || unusual.has(name)) return null
    headers[name] = value.trim()
  }
  return headers
}
