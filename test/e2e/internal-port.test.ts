import { expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { send } from '../support/http-client.ts'
import { type ServerWithRoutes, startWithRoutes } from '../support/routes-of.ts'

const statusesOf = (server: { url: string }, paths: string[]) =>
  Promise.all(paths.map(async (path) => (await send(server, 'GET', path)).status))

test('HT-21: metrics and what nodes ask each other are served on the internal port alone', async () => {
  const port = await freePort()
  await using server: ServerWithRoutes = await startWithRoutes({ CHORUS_PORT_INTERNAL: String(port) })
  const internal = { url: `http://127.0.0.1:${port}` }
  const hidden = server.routes.filter(
    ({ method, url }) => method === 'GET' && (url === '/metrics' || url.startsWith('/v1/internal/')),
  )
  const paths = hidden.map(({ url }) => url)
  expect(paths.length).toBeGreaterThan(2)
  expect(await statusesOf(server, paths)).toEqual(paths.map(() => 404))
  expect(
    await statusesOf(server, ['//metrics', '/metrics?x', '/metrics/', '/%6detrics', '/v1/internal/members?']),
  ).toEqual([404, 404, 404, 404, 404])
  // A node that knows no assignment yet says so, which is no 404.
  expect(await statusesOf(internal, paths)).not.toContain(404)
  const open = ['/healthz', '/readyz', '/v1/live-videos/lobby/comments', '/v1/dispatch', '/openapi.json']
  for (const each of [server, internal]) expect(await statusesOf(each, open)).toEqual(open.map(() => 200))
  const nodes = async () => {
    const { nodes } = (await send(server, 'GET', '/v1/dispatch')).json<{ nodes: { url: string }[] }>()
    return nodes.map(({ url }) => url)
  }
  await expect.poll(nodes).toEqual([internal.url])
})

test('HT-21: without an internal port there is one port for all', async () => {
  await using server = await startWithRoutes({})
  expect(await statusesOf(server, ['/metrics', '/v1/internal/members'])).toEqual([200, 200])
})
