import { STATUS_CODES } from 'node:http'
import type { RouteOptions } from 'fastify'
import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiExampleObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import { type ProblemCode, problems } from '../domain/errors.ts'
import { type Access, type Operation, problemsOf } from '../http/operation.ts'
import { servePrepared } from '../http/prepared.ts'
import { problemBody, problemType } from '../http/problem.ts'
import type { HttpServer } from '../http/server.ts'
import { Problem } from '../protocol/api.ts'
import { eventSchema, eventSchemas } from './openapi-events.ts'

export function openApiRoute(app: HttpServer, document: unknown): void {
  const body = Buffer.from(JSON.stringify(document))
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' }
  servePrepared(app, '/openapi.json', { body, headers })
}

const description = `
Live comments for live video: post a comment over HTTPS, and every viewer of that live video sees it over server-sent events.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. A request whose problem is \`retryable\` may succeed
later, unchanged; \`Retry-After\` says when. An Idempotency-Key makes it safe to send a comment again.`.trim()

const tags = [
  { name: 'comments', description: 'Post, read and remove comments' },
  { name: 'live videos', description: 'Watch a live video, and read and change its state' },
  { name: 'dispatch', description: 'Which node serves which live video' },
  { name: 'demo', description: 'Only without a key: tokens for everyone on this machine' },
]

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'chorus_token',
    description: 'The same token as a cookie: an EventSource can set no header.',
  },
  ticket: {
    type: 'apiKey',
    in: 'query',
    name: 'ticket',
    description: 'A one-minute ticket from `createStreamTicket`, so that no token stands in an address.',
  },
} as const

const security: Record<Access, Record<string, string[]>[]> = {
  open: [],
  token: [{ bearer: [] }],
  optional: [{}, { bearer: [] }, { cookie: [] }, { ticket: [] }],
}

/** OpenAPI 3.2, whose `itemSchema` describes each event of a stream. */
export function openApiDocument(routes: RouteOptions[], version: string): unknown {
  return createDocument(
    {
      openapi: '3.2.0',
      info: {
        title: 'Chorus',
        summary: 'Live comments for live video',
        description,
        version,
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The server that this document came from' }],
      tags: tags.filter(({ name }) => routes.some(({ schema }) => schema?.operation?.tag === name)),
      paths: pathsOf(routes),
      components: { securitySchemes, schemas: eventSchemas },
    },
    { override: allowMore },
  )
}

/** Clients must bear a field more than they know; where the server refuses one, the schema is strict. */
function allowMore({ zodSchema, jsonSchema, io }: Parameters<NonNullable<Override>>[0]): void {
  if (io === 'output' && zodSchema._zod.def.type === 'object') delete jsonSchema.additionalProperties
}
type Override = NonNullable<Parameters<typeof createDocument>[1]>['override']

function pathsOf(routes: RouteOptions[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {}
  for (const { method, url, schema } of routes) {
    // Fastify adds a HEAD to each GET: that is HTTP's, and needs no words.
    if (typeof method !== 'string' || method === 'HEAD' || !schema?.operation) continue
    const path = url.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(method, schema.operation, schema) }
  }
  return paths
}

type Schemas = NonNullable<RouteOptions['schema']>

function operationOf(method: string, operation: Operation, schemas: Schemas): ZodOpenApiOperationObject {
  const { id, tag, summary, description, access } = operation
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    security: security[access],
    requestParams: parametersOf(operation, schemas),
    ...(schemas.body ? { requestBody: { required: true, content: json(schemas.body) } } : {}),
    responses: { ...answersOf(operation, schemas), ...refusalsOf(problemsOf(method, operation)) },
  }
}

function parametersOf({ headers }: Operation, { params, querystring }: Schemas) {
  const query = querystring instanceof z.ZodObject ? withoutCredentials(querystring) : null
  return {
    ...(params instanceof z.ZodObject && { path: params }),
    ...(query && { query }),
    ...(headers && { header: headers }),
  }
}

/** A security scheme names it already. */
const withoutCredentials = (query: z.ZodObject): z.ZodObject =>
  'ticket' in query.shape ? query.omit({ ticket: true }) : query

const json = (schema: unknown) => ({ 'application/json': { schema: schema as z.ZodType } })

function answersOf({ answers, isStream }: Operation, { response }: Schemas) {
  const schemas = (response ?? {}) as Record<string, z.ZodType>
  const contentOf = (status: string) => {
    if (isStream) return { content: { 'text/event-stream': eventSchema } }
    return schemas[status] instanceof z.ZodNull ? {} : { content: json(schemas[status]) }
  }
  return Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description, ...contentOf(status) }]),
  )
}

function refusalsOf(codes: ProblemCode[]): Record<string, ZodOpenApiResponseObject> {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status)
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, refusalOf(status, codes)]))
}

/** What is refused for one reason alone reads the same everywhere: it is a component, named by its code. */
function refusalOf(status: number, codes: ProblemCode[]): ZodOpenApiResponseObject {
  const [code = 'internal'] = codes
  if (codes.length > 1) return describeRefusal(status, codes)
  const refusal = refusals.get(code) ?? { id: code, ...describeRefusal(status, codes) }
  refusals.set(code, refusal)
  return refusal
}
const refusals = new Map<ProblemCode, ZodOpenApiResponseObject>()

function describeRefusal(status: number, codes: ProblemCode[]): ZodOpenApiResponseObject {
  const schema = z.intersection(Problem, z.object({ code: z.enum(codes) }))
  const examples = Object.fromEntries(codes.map((code) => [code, exampleOf(code)]))
  return {
    description: `${STATUS_CODES[status]}: ${codes.join(', ')}`,
    ...(headersOf[status] && { headers: headersOf[status] }),
    content: { [problemType]: { schema, examples } },
  }
}

const exampleOf = (code: ProblemCode): ZodOpenApiExampleObject => {
  const example = examples.get(code) ?? { id: code, summary: problems[code].title, value: problemBody(code) }
  examples.set(code, example)
  return example
}
const examples = new Map<ProblemCode, ZodOpenApiExampleObject>()

const retryAfter = z.object({
  'Retry-After': z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Seconds until the same request may succeed', header: { id: 'RetryAfter' } }),
})
const authenticate = z.object({
  'WWW-Authenticate': z
    .string()
    .optional()
    .meta({ description: 'How to authenticate (RFC 6750)', header: { id: 'WwwAuthenticate' } }),
})

const headersOf: Record<number, z.ZodObject> = { 401: authenticate, 429: retryAfter, 503: retryAfter }
