import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { HttpServer } from '../http/server.ts'
import type { GatewayMode } from './options.ts'
import { pageHeaders } from './page-headers.ts'

const folder = fileURLToPath(new URL('../../dist/pages/', import.meta.url))

/** The pages for people, as `npm run build:pages` made them. */
export async function pages(app: HttpServer, mode: GatewayMode): Promise<void> {
  const security = pageHeaders(mode)
  if (!existsSync(folder)) {
    app.get(
      '/',
      { schema: { hide: true } },
      async () => 'The pages are not built: run `npm run build:pages`.\n',
    )
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    // A route for each file, so that any other address is unknown to the server as well.
    wildcard: false,
    setHeaders: (reply, path) => {
      // Files below assets/ carry a hash of their content in their name.
      const cache = relative(folder, path).startsWith('assets')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache'
      for (const [name, value] of Object.entries({ ...security, 'cache-control': cache }))
        reply.header(name, value)
    },
    cacheControl: false,
  })
  app.get('/cluster', { schema: { hide: true } }, (_, reply) => reply.sendFile('cluster.html'))
}
