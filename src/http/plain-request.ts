import type { IncomingHttpHeaders } from 'node:http'

/** The head of a request without anything unusual, read without an HTTP parser. */
export interface PlainHead {
  method: string
  path: string
  /** What stands after the question mark; empty without one. */
  query: string
  /** By their names in lower case. */
  headers: IncomingHttpHeaders
}

/** A plain GET. */
export interface PlainRequest extends Omit<PlainHead, 'method'> {
  /** As it came. */
  bytes: Buffer
}

/** More than any browser sends, less than what the HTTP server refuses. */
const bytesMax = 8_192
const requestLine = /^(GET|POST|PATCH|DELETE) (\/[!-"$->@-~]*)(?:\?([!-"$-~]*))? HTTP\/1\.1$/
const headerName = /^[A-Za-z0-9-]+$/
/** What may stand behind the colon, blanks around it aside. */
const headerValue = /^[\t -~]*$/
/** What would make it more than a head and a body of known length, or whose repetition means something. */
const unusual = new Set(['transfer-encoding', 'upgrade', 'expect', 'trailer', 'te'])

/**
 * Reads the head of a request, without the empty line at its end, when it is of the plainest kind: HTTP/1.1, ASCII alone, no
 * header twice. Null for all others, wrong ones too: they are the HTTP server's, which knows what to say. It takes less
 * than RFC 9112 allows, and nothing that RFC 9112 does not.
 */
export function readPlainHead(text: string): PlainHead | null {
  const [first = '', ...lines] = text.split('\r\n')
  const [, method, path, query = ''] = requestLine.exec(first) ?? []
  const headers = path === undefined ? null : readHeaders(lines)
  if (method === undefined || path === undefined || headers?.host === undefined) return null
  return { method, path, query, headers }
}

/** Reads a GET that is nothing but a plain head: no body, nothing after it. Null for all others. */
export function readPlainRequest(bytes: Buffer): PlainRequest | null {
  if (bytes.length > bytesMax || !bytes.subarray(-4).equals(endOfHead)) return null
  const head = readPlainHead(bytes.toString('latin1', 0, bytes.length - 4))
  if (head?.method !== 'GET' || 'content-length' in head.headers) return null
  const { path, query, headers } = head
  return { path, query, headers, bytes }
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
