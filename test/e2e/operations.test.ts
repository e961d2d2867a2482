import { expect, test } from 'vitest'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { slotOf } from '../../src/placement/slots.ts'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { readMetric } from '../support/metrics.ts'
import { Viewer } from '../support/viewer.ts'

interface Operation {
  summary?: string
  parameters?: { name: string; in: string; required?: boolean; schema: unknown }[]
  requestBody?: { content: Record<string, { schema: unknown }> }
  responses: Record<string, { description: string; content?: Record<string, unknown> }>
}

interface OpenApi {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components?: Record<string, Record<string, unknown>>
}

const server = sharedChorus()
const readOpenApi = async () => (await send(server, 'GET', '/openapi.json')).json<OpenApi>()

/** The table of design.md, as far as it concerns one machine. */
const operations = [
  ['post', '/v1/live-videos/{liveVideoId}/comments'],
  ['post', '/create'],
  ['get', '/v1/live-videos/{liveVideoId}/comments'],
  ['get', '/v1/live-videos/{liveVideoId}/stream'],
  ['delete', '/v1/live-videos/{liveVideoId}/comments/{commentId}'],
  ['get', '/v1/live-videos/{liveVideoId}'],
  ['patch', '/v1/live-videos/{liveVideoId}'],
  ['post', '/v1/live-videos/{liveVideoId}/stream-tickets'],
  ['get', '/v1/dispatch/{liveVideoId}'],
  ['get', '/v1/dispatch'],
] as const

test('HT-3: /openapi.json is OpenAPI 3.1 and describes every address of the interface', async () => {
  const reply = await send(server, 'GET', '/openapi.json')
  expect([reply.status, reply.headers['content-type']]).toEqual([
    200,
    expect.stringMatching(/^application\/json/),
  ])
  const { openapi, info, paths } = reply.json<OpenApi>()
  expect(openapi).toMatch(/^3\.1\.\d+$/)
  expect(info).toMatchObject({ title: expect.any(String), version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => [method, path]),
  )
  expect(described).toEqual(expect.arrayContaining(operations.map((operation) => [...operation])))
})

test('HT-3: every operation says what it takes and what it answers', async () => {
  const { paths } = await readOpenApi()
  for (const [path, item] of Object.entries(paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    for (const [method, operation] of Object.entries(item)) {
      const where = `${method} ${path}`
      expect(operation.summary, where).toEqual(expect.any(String))
      const inPath = operation.parameters?.filter((parameter) => parameter.in === 'path') ?? []
      expect(inPath.map(({ name }) => name).sort(), where).toEqual(named.sort())
      for (const parameter of inPath) expect(parameter.required, where).toBe(true)
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status, where).toMatch(/^([1-5]\d\d|[1-5]XX|default)$/)
        expect(description, where).toEqual(expect.any(String))
      }
      if (['post', 'patch'].includes(method) && !path.endsWith('stream-tickets'))
        expect(operation.requestBody?.content['application/json']?.schema, where).toBeDefined()
    }
  }
})

test('HT-3: every reference of the document leads somewhere', async () => {
  const document = await readOpenApi()
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, path = '']) => path,
  )
  for (const reference of references) {
    const target = reference
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document)
    expect(target, reference).toBeDefined()
  }
})

test('HT-3: problems and streams are described by the types that they have', async () => {
  const { paths } = await readOpenApi()
  const typesOf = (path: string, method: string, status: string) =>
    Object.keys(paths[path]?.[method]?.responses[status]?.content ?? {})
  const comments = '/v1/live-videos/{liveVideoId}/comments'
  expect(typesOf(comments, 'post', '201')).toEqual(['application/json'])
  expect(typesOf(comments, 'post', '4XX')).toEqual(['application/problem+json'])
  expect(typesOf('/v1/live-videos/{liveVideoId}/stream', 'get', '200')).toEqual(['text/event-stream'])
})

test('HT-3: /healthz and /readyz say so', async () => {
  const [health, ready] = [await send(server, 'GET', '/healthz'), await send(server, 'GET', '/readyz')]
  expect([health.status, health.json()]).toEqual([200, { status: 'ok' }])
  expect([ready.status, ready.json()]).toEqual([200, { status: 'ready', checks: ['running', 'store'] }])
})

test('HT-3: /metrics is Prometheus text with everything that is counted', async () => {
  const reply = await send(server, 'GET', '/metrics')
  expect([reply.status, reply.headers['content-type']]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  const typesIn = (text: string) => text.match(/^# TYPE chorus_\S+ \w+$/gm)?.sort() ?? []
  const expected = typesIn(await createMetrics().text())
  expect(expected.length).toBeGreaterThan(8)
  expect(typesIn(reply.text)).toEqual(expected)
})

test('HT-3: the figures are those of what happened', async () => {
  const liveVideoId = newLiveVideoId()
  const ann = authorOf(server, { sub: 'ann' })
  const names = ['created', 'repeated', 'invalid_text'].map(
    (result) => `chorus_comments_total{result="${result}"}`,
  )
  const read = () =>
    Promise.all(
      [...names, 'chorus_viewers', 'chorus_deliveries_total'].map((name) => readMetric(server, name)),
    )
  const before = await read()
  using one = new Viewer(server, liveVideoId)
  using two = new Viewer(server, liveVideoId)
  await expect.poll(() => [one.lastEventId, two.lastEventId]).toEqual(['-:0', '-:0'])
  for (const [key, text] of Object.entries({ a: 'one', b: 'two', c: ' ' }))
    await ann.post(liveVideoId, text, { key })
  await ann.post(liveVideoId, 'one', { key: 'a' })
  await expect
    .poll(() => [one.seqs, two.seqs])
    .toEqual([
      [1, 2],
      [1, 2],
    ])
  const after = await read()
  expect(after.map((figure, index) => figure - (before[index] ?? 0))).toEqual([2, 1, 1, 2, 4])
})

test('HT-3: /v1/dispatch names the node that serves a live video', async () => {
  const liveVideoId = newLiveVideoId()
  const placement = await send(server, 'GET', `/v1/dispatch/${liveVideoId}`)
  expect(placement.json()).toEqual({
    liveVideoId,
    slot: slotOf(liveVideoId),
    nodes: [server.url],
    streamUrl: null,
  })
})
