import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from '@fastify/type-provider-zod'
import type { HttpServer } from '../http/server.ts'

/** Describes the routes that are put on `app` after this. Served at `/openapi.json` by `openApiRoute`. */
export async function describeRoutes(app: HttpServer, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Chorus',
        description: 'Live comments for live video.',
        version,
        license: { name: 'Apache-2.0' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: jsonSchemaTransform,
  })
}

export function openApiRoute(app: HttpServer): void {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
