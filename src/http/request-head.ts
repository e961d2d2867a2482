import type { FastifyInstance } from 'fastify'
import { ChorusError } from '../domain/errors.ts'

const absolute = /^https?:\/\/[^/?#]*/i

/** The path and query of a request's target, which may stand in it with a scheme and a host (RFC 9112, 3.2.2). */
export function originForm(target: string): string {
  if (target.startsWith('/') || !absolute.test(target)) return target
  const path = target.replace(absolute, '')
  return path.startsWith('/') ? path : `/${path}`
}

/** Refuses heads that Node's parser lets pass and RFC 9112 does not: two hosts, a target that is no path. */
export function refuseOddHeads(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _, done) => {
    if (hosts(request.raw.rawHeaders) > 1)
      return done(new ChorusError('invalid_request', 'The request has more than one Host header.'))
    if (!request.url.startsWith('/'))
      return done(new ChorusError('invalid_request', 'The target of the request is not a path.'))
    done()
  })
}

function hosts(rawHeaders: string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count++
  return count
}
