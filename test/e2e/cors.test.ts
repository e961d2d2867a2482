import { expect, test } from 'vitest'
import { startGateway } from '../../src/gateway/testing/gateway-server.ts'
import { startChorusWith } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { RawConnection, rawRequest } from '../support/raw-connection.ts'
import { signToken } from '../support/tokens.ts'
import { Viewer } from '../support/viewer.ts'

const [mine, other] = ['https://mine.example', 'https://other.example']
const lobby = '/v1/live-videos/lobby'
const token = signToken({ sub: 'ann' })

/** What a browser would look at to decide whether a page of `origin` may read the answer. */
const allowance = (headers: Record<string, unknown>) => [
  headers['access-control-allow-origin'],
  headers['access-control-allow-credentials'],
]

test('HT-9: pages of the origins that are named may use the interface, with cookies; others may not', async () => {
  await using server = await startChorusWith({ CHORUS_CORS_ORIGINS: `${mine}, https://second.example` })
  for (const [origin, allowed] of [
    [mine, [mine, 'true']],
    ['https://second.example', ['https://second.example', 'true']],
    [other, [undefined, undefined]],
    ['null', [undefined, undefined]],
  ] as const) {
    const headers = { origin, cookie: `chorus_token=${token}` }
    const viewer = new Viewer(server, 'lobby', { headers })
    await expect.poll(() => viewer.status).toBe(200)
    expect(allowance(viewer.headers)[0], origin).toBe(allowed[0])
    expect(viewer.headers.vary).toMatch(/origin/i)
    viewer[Symbol.dispose]()
    const page = await send(server, 'GET', `${lobby}/comments`, { headers: { origin } })
    expect([page.headers['access-control-allow-origin'], page.headers.vary]).toEqual([
      allowed[0],
      expect.stringMatching(/origin/i),
    ])
    const refused = await send(server, 'GET', `${lobby}/stream`, {
      headers: { ...headers, authorization: 'Bearer' },
    })
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, allowed[0]])
    if (allowed[0]) expect([allowance(viewer.headers), allowance(page.headers)]).toEqual([allowed, allowed])
  }
})

test('HT-9: by default pages of any site may use it, without cookies', async () => {
  await using server = await startChorusWith({})
  using viewer = new Viewer(server, 'lobby', { headers: { origin: other } })
  await expect.poll(() => viewer.status).toBe(200)
  const page = await send(server, 'GET', `${lobby}/comments`, { headers: { origin: other } })
  for (const { headers } of [viewer, page]) expect(allowance(headers)).toEqual(['*', undefined])
  expect(page.headers['access-control-expose-headers']).toMatch(/Retry-After/)
})

test('HT-9: a gateway whose node is gone says the same of itself', async () => {
  await using gateway = await startGateway({ owner: () => 'http://127.0.0.1:1', corsOrigins: [mine] })
  for (const [origin, allowed] of [
    [mine, mine],
    [other, null],
  ] as const) {
    using connection = new RawConnection(gateway, rawRequest(`GET ${lobby}/stream`, [`Origin: ${origin}`]))
    await expect.poll(() => connection.closed).toBe(true)
    expect(connection.received).toContain('closed: node_unreachable')
    const [, found = null] = /\r\naccess-control-allow-origin: (\S+)\r\n/.exec(connection.received) ?? []
    expect(found).toBe(allowed)
  }
})
