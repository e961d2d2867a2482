import swagger from '@fastify/swagger'
import { jsonSchemaTransform } from '@fastify/type-provider-zod'
import { servePrepared } from '../http/prepared.ts'
import { problemType } from '../http/problem.ts'
import type { HttpServer } from '../http/server.ts'

/** Describes the routes that are put on `app` after this: `app.swagger()` is the document, once `app` is ready. */
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
    transformObject: (document) => nameMediaTypes(document as { openapiObject: Document }),
  })
}

export function openApiRoute(app: HttpServer, document: unknown): void {
  const body = Buffer.from(JSON.stringify(document))
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' }
  servePrepared(app, '/openapi.json', { body, headers })
}

interface Response {
  content?: Record<string, { schema?: { type?: string } }>
}

interface Document {
  paths?: Record<string, Record<string, { responses?: Record<string, Response> }>>
}

/** The schemas know nothing of media types, and all come as application/json: here each response gets its own. */
function nameMediaTypes({ openapiObject }: { openapiObject: Document }): Document {
  const operations = Object.values(openapiObject.paths ?? {}).flatMap((path) => Object.values(path))
  for (const { responses = {} } of operations)
    for (const [status, response] of Object.entries(responses)) nameMediaType(status, response)
  return openapiObject
}

function nameMediaType(status: string, response: Response): void {
  const json = response.content?.['application/json']
  if (!json) return
  if (/^[45]/.test(status)) response.content = { [problemType]: json }
  // Text is only ever the stream.
  else if (json.schema?.type === 'string') response.content = { 'text/event-stream': json }
}
