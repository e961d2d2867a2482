import type { RouteOptions } from 'fastify'
import { expect, test, vi } from 'vitest'
import { startChorus } from '../../src/compose/compose.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { problems } from '../../src/domain/errors.ts'
import { streamEvents } from '../../src/protocol/stream-events.ts'
import { sharedChorus } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { openApi, operations, type Response, resolve } from './document.ts'

/** Every route of every server that this process makes. */
const routes = vi.hoisted((): RouteOptions[] => [])
vi.mock(import('../../src/http/server.ts'), async (original) => {
  const { createHttpServer } = await original()
  return {
    createHttpServer: async (...parts) => {
      const app = await createHttpServer(...parts)
      app.addHook('onRoute', (route) => void routes.push(route))
      return app
    },
  }
})

const server = sharedChorus()

/** What is no part of the interface for clients. */
const internal =
  /^\/($|assets\/|cluster|index\.html|favicon|healthz|readyz|metrics|openapi\.json|v1\/internal\/)/

test('HT-3: the document has every route of a real server, and no others', async () => {
  using folder = tempFolder()
  routes.length = 0
  const config = parseConfig({ CHORUS_PORT: '0', CHORUS_STORE: folder.path, CHORUS_LOG_LEVEL: 'silent' })
  const chorus = await startChorus(config, '0.1.0')
  await chorus.stop()
  const served = routes
    .flatMap(({ method, url }) => [method].flat().map((one) => ({ method: one, url })))
    .filter(({ method, url }) => !['HEAD', 'OPTIONS'].includes(method) && !internal.test(url))
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
  const described = operations.map(([name]) => name)
  expect(described).toContain('POST /v1/live-videos/{liveVideoId}/comments')
  expect([...new Set(served)].sort()).toEqual(described.sort())
})

test('HT-3: it is OpenAPI 3.2, served as JSON; the demo’s route is in it only where it is served', async () => {
  const reply = await send(server, 'GET', '/openapi.json')
  expect([reply.status, reply.headers['content-type']]).toEqual([
    200,
    expect.stringMatching(/^application\/json/),
  ])
  const { '/v1/demo/tokens': demo, ...paths } = openApi.paths
  const tags = openApi.tags.filter(({ name }) => name !== 'demo')
  expect(demo).toBeDefined()
  expect(reply.json()).toMatchObject({ openapi: '3.2.0', paths, tags })
  expect(Object.keys(reply.json<typeof openApi>().paths)).toEqual(Object.keys(paths))
})

test('HT-3: every operation says what it takes', () => {
  const ids = operations.map(([, { operationId }]) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [name, { parameters = [], requestBody, summary, security }] of operations) {
    expect(summary, name).toMatch(/\w/)
    expect(security, name).toEqual(expect.any(Array))
    const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
    const inPath = parameters.filter((parameter) => parameter.in === 'path')
    expect(inPath.map((parameter) => parameter.name).sort(), name).toEqual(named.sort())
    for (const parameter of inPath) expect(parameter.required, name).toBe(true)
    if (/^(POST|PATCH)/.test(name) && !name.endsWith('stream-tickets'))
      expect(requestBody?.content['application/json']?.schema, name).toBeDefined()
  }
})

test('HT-3: every operation says what it answers, problems by their codes', () => {
  const codes = new Set<string>()
  for (const [name, { responses }] of operations)
    for (const [status, response] of Object.entries(responses)) {
      const { description, content = {} } = resolve<Response>(response)
      expect(description, name).toMatch(/\w/)
      if (Number(status) < 400) continue
      const { examples = {}, schema } = content['application/problem+json'] ?? {}
      expect(schema, `${name} ${status}`).toMatchObject({
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { properties: { code: { enum: Object.keys(examples) } } },
        ],
      })
      for (const code of Object.keys(examples)) {
        expect(problems[code as keyof typeof problems].status, `${name} ${code}`).toBe(Number(status))
        codes.add(code)
      }
    }
  // Said where no operation is, and by /readyz.
  const elsewhere = ['not_found', 'method_not_allowed', 'not_ready']
  const everywhere = Object.keys(problems).filter((code) => !elsewhere.includes(code))
  expect([...codes].sort()).toEqual(everywhere.sort())
})

test('HT-3: every event of a stream is described, with the shape of its data', () => {
  const { responses } = openApi.paths['/v1/live-videos/{liveVideoId}/stream']?.get ?? {}
  const { content = {} } = resolve<Response>(responses?.[200] ?? { description: '' })
  const { itemSchema } = content['text/event-stream'] ?? {}
  const { anyOf } = itemSchema as { anyOf: { properties: Record<string, Record<string, unknown>> }[] }
  expect(anyOf.map(({ properties }) => properties.event?.const)).toEqual(Object.keys(streamEvents))
  for (const { properties } of anyOf)
    expect(resolve(properties.data?.contentSchema)).toMatchObject({ type: 'object' })
})

test('HT-3: every reference of the document leads somewhere', () => {
  const references = [...JSON.stringify(openApi).matchAll(/"\$ref":"([^"]+)"/g)].map(([, path = '']) => path)
  expect(references.length).toBeGreaterThan(50)
  for (const $ref of references) expect(resolve({ $ref }), $ref).toBeDefined()
})
