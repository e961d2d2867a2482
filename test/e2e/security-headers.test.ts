import { type IncomingHttpHeaders, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Addressed } from '../support/chorus-server.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { type ServerWithRoutes, startWithRoutes } from '../support/routes-of.ts'
import { testSecret } from '../support/tokens.ts'

interface Head {
  status: number
  headers: IncomingHttpHeaders
}

/** The head of an answer, also of one that has no end. */
const headOf = ({ url }: Addressed, method: string, path: string, headers = {}, body = ''): Promise<Head> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const { statusCode: status = 0, headers } = response
      response.destroy()
      resolve({ status, headers })
    })
      .on('error', reject)
      .end(body)
  })

function expectData({ headers }: Head, what: string): void {
  expect({ ...headers }, what).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': expect.stringMatching(/^(no-store|no-cache)/),
  })
}

function expectPage({ headers }: Head, what: string): void {
  expect({ ...headers }, what).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(
      /^default-src 'self'; connect-src 'self'; .*object-src 'none'; frame-ancestors 'self'; base-uri 'none'/,
    ),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': expect.stringMatching(/^(no-cache$|public, max-age=\d+, immutable$)/),
  })
}

let server: ServerWithRoutes
beforeAll(async () => {
  server = await startWithRoutes({})
})
afterAll(() => server?.[Symbol.asyncDispose]())

const isPage = (url: string): boolean => /^\/($|cluster$|assets\/|.*\.(html|svg)$)/.test(url)

test('HT-8: every route tells browsers what may be done with its answer, refusals too', async () => {
  const routes = server.routes.filter(({ method }) => method !== 'OPTIONS')
  expect(routes.length).toBeGreaterThan(25)
  expect(routes.filter(({ url }) => isPage(url)).length).toBeGreaterThan(6)
  for (const { method, url } of routes) {
    const path = url.replace(':liveVideoId', 'lobby').replace(':commentId', 'none')
    const head = await headOf(server, method, path)
    if (isPage(url)) {
      expect(head.status, url).toBe(200)
      expectPage(head, `${method} ${url}`)
    } else expectData(head, `${method} ${url}`)
  }
})

const lobby = '/v1/live-videos/lobby'

test.each<[string, string, string, object?, string?]>([
  ['an address that is none', 'GET', '/nowhere'],
  ['an address that is no text', 'GET', '/%zz'],
  ['a LiveVideoId that is none', 'GET', '/v1/live-videos/a%20b/comments'],
  ['one that is too long', 'GET', `/v1/live-videos/${'a'.repeat(300)}/comments`],
  ['a method that it does not take', 'DELETE', `${lobby}/comments`],
  ['a body that is no JSON', 'POST', `${lobby}/comments`, { 'content-type': 'application/json' }, '{'],
  ['a body of another type', 'POST', `${lobby}/comments`, { 'content-type': 'text/plain' }, 'x'],
  [
    'a body too large',
    'POST',
    `${lobby}/comments`,
    { 'content-type': 'application/json' },
    'x'.repeat(70_000),
  ],
  ['a stream that is refused', 'GET', `${lobby}/stream`, { authorization: 'Bearer x' }],
  ['a stream through the HTTP server', 'GET', `${lobby}/stream`, { 'content-length': '0' }],
  [
    'a question of CORS',
    'OPTIONS',
    `${lobby}/comments`,
    { origin: 'https://x.example', 'access-control-request-method': 'POST' },
  ],
])('HT-8: it holds for %s', async (what, method, path, headers = {}, body = '') => {
  expectData(await headOf(server, method, path, headers, body), what)
})

test.each<[string, string]>([
  ['what is no HTTP', 'garbage\r\n\r\n'],
  ['headers too large', rawRequest('GET /healthz', [`X-A: ${'a'.repeat(20_000)}`])],
])('HT-8: it holds for %s', async (_, bytes) => {
  using connection = new RawConnection(server, bytes)
  await expect.poll(() => connection.received).toMatch(/\r\n\r\n/)
  expect(connection.received).toMatch(/\r\nx-content-type-options: nosniff\r\n/)
  expect(connection.received).toMatch(/\r\ncache-control: no-store\r\n/)
})

test('HT-8: the pages of a gateway in the mode direct may connect to the nodes, which come and go', async () => {
  await using direct = await startWithRoutes({ CHORUS_GATEWAY: 'direct', CHORUS_JWT_SECRET: testSecret })
  const { headers } = await headOf(direct, 'GET', '/')
  expect(headers['content-security-policy']).toContain("connect-src 'self' http: https:;")
})
