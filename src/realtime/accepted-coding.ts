import { type ContentCoding, identity } from './content-coding.ts'
import { gzip } from './gzip.ts'

/** The coding to answer with, by the request's `accept-encoding` (RFC 9110, 12.5.3): gzip where it is welcome. */
export function acceptedCoding(header: string | undefined): ContentCoding {
  if (header === undefined) return identity
  const weights = new Map(header.split(',').map(readItem))
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0 ? gzip : identity
}

function readItem(item: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return [coding, weight === undefined ? 1 : Number(weight.slice(2)) || 0]
}
