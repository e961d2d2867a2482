import { type BodyCoding, gzipChunks, gzipUntilClose, plainChunks, plainUntilClose } from './body-coding.ts'

/** Ten times what a browser sends. A longer header is answered with plain text. */
const headerMax = 512

/**
 * The coding to answer with: gzip where the request's `accept-encoding` welcomes it (RFC 9110, 12.5.3), in chunks for all but
 * HTTP/1.0.
 */
export function acceptedCoding(header: string | undefined, httpVersion: string): BodyCoding {
  if (httpVersion === '1.0') return welcomesGzip(header) ? gzipUntilClose : plainUntilClose
  return welcomesGzip(header) ? gzipChunks : plainChunks
}

function welcomesGzip(header: string | undefined): boolean {
  if (header === undefined || header.length > headerMax) return false
  const weights = new Map(header.split(',').map(readItem))
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0
}

function readItem(item: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return [coding, weight === undefined ? 1 : Number(weight.slice(2)) || 0]
}
