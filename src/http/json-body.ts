import type { FastifyInstance } from 'fastify'
import { ChorusError } from '../domain/errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Bodies are JSON in UTF-8 (RFC 8259) and nothing else. What is not UTF-8 is refused: decoded all the same, it would be
 * stored with characters that nobody wrote.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // Many clients name the type of every request, one without a body too; where a body is needed its schema says so.
    if (bytes.length === 0) return done(null, undefined)
    const text = decode(bytes)
    if (text === null) done(new ChorusError('invalid_json', 'The body is not UTF-8.'))
    else parse(request, text, done)
  })
}

function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}
