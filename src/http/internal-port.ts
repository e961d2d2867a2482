import { createServer } from 'node:http'
import { ChorusError } from '../domain/errors.ts'
import type { HttpServer } from './server.ts'

/** Routes for operators and for other nodes alone. */
const isInternal = (route = ''): boolean => route === '/metrics' || route.startsWith('/v1/internal/')

/**
 * Serves the same routes on a second port, and the internal ones there alone. To be called before `app` listens.
 * @returns the address; null when there is no such port
 */
export async function listenInternally(
  app: HttpServer,
  { internalPort: port, host }: { internalPort: number | null; host: string },
): Promise<string | null> {
  if (port === null) return null
  const { requestTimeout, headersTimeout } = app.server
  const server = createServer({ requestTimeout, headersTimeout }, (request, response) =>
    app.routing(request, response),
  )
  app.addHook('onRequest', (request, _, done) => {
    const isPublic = request.raw.socket.localPort !== port
    if (isPublic && isInternal(request.routeOptions.url)) done(new ChorusError('not_found'))
    else done()
  })
  app.addHook('onClose', async () => void server.close().closeAllConnections())
  await app.ready()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
