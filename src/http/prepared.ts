import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpServer } from './server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its answers are the same bytes for everybody, made once. */
    isPrepared?: true
  }
}

/** An answer that is the same for everybody. */
export interface Prepared {
  body: Buffer
  headers: Record<string, string>
}

/** Serves `GET` (and `HEAD`) of an address from bytes made once, or with 304 when the client has them already. */
export function servePrepared(app: HttpServer, url: string, { body, headers }: Prepared): void {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  const config = { isPrepared: true } as const
  app.get(url, { config }, (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ ...headers, etag })
    return isKnown(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(body)
  })
}

/** By weak comparison (RFC 9110, 13.1.2): a proxy that compresses makes the tag a weak one. */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || header.includes(etag))
