import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { HttpServer } from '../http/server.ts'

const folder = fileURLToPath(new URL('../../dist/pages/', import.meta.url))

const security = {
  // Streams may be opened at the nodes themselves (the mode `direct`), which come and go.
  'content-security-policy':
    "default-src 'self'; connect-src *; img-src * data:; media-src *; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** The pages for people, as `npm run build:pages` made them. */
export async function pages(app: HttpServer): Promise<void> {
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
