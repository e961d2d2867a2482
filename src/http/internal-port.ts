import type { Server } from 'node:net'
import { ChorusError } from '../domain/errors.ts'
import { acceptFor } from './listen.ts'
import type { HttpServer } from './server.ts'

/** Routes for operators and for other nodes alone. */
const isInternal = (route = ''): boolean => route === '/metrics' || route.startsWith('/v1/internal/')

/**
 * Serves the same routes on a second port, and the internal ones there alone. The port only accepts connections: they go to
 * the one HTTP server, so that every bound of it holds for them. To be called before `app` listens.
 * @returns the address; null when there is no such port
 */
export async function listenInternally(
  app: HttpServer,
  others: Server[],
  { internalPort: port, host }: { internalPort: number | null; host: string },
): Promise<string | null> {
  if (port === null) return null
  app.addHook('onRequest', (request, _, done) => {
    const isPublic = request.raw.socket.localPort !== port
    if (isPublic && isInternal(request.routeOptions.url)) done(new ChorusError('not_found'))
    else done()
  })
  await app.ready()
  others.push(await acceptFor(app, { host, port }))
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
