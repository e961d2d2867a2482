import { pino } from 'pino'
import { expect, test } from 'vitest'
import { freePort } from '../../test/support/free-port.ts'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { RawConnection, rawRequest } from '../../test/support/raw-connection.ts'
import { limitDescriptors } from './descriptor-limit.ts'
import { listenInternally } from './internal-port.ts'
import { serversBeside } from './listen.ts'
import { createHttpServer } from './server.ts'

async function setUp(descriptors: number) {
  const app = await createHttpServer(pino({ level: 'silent' }), () => false)
  const refusals: string[] = []
  limitDescriptors(app.server, {
    clock: new ManualClock(),
    limit: descriptors,
    began: () => refusals.push('began'),
    over() {},
  })
  app.get('/metrics', async () => 'figures')
  const config = { internalPort: await freePort(), host: '127.0.0.1' }
  const url = (await listenInternally(app, serversBeside(app), config)) ?? ''
  return { url, refusals, [Symbol.asyncDispose]: () => app.close() }
}

test('HT-21: connections at the internal port count towards the limit of descriptors', async () => {
  await using server = await setUp(4)
  using connection = new RawConnection(server, rawRequest('GET /metrics'))
  await expect.poll(() => connection.closed).toBe(true)
  expect([connection.received, server.refusals]).toEqual(['', ['began']])
})

test('HT-21: at the internal port a head has the bounds that it has at the other, and a refusal its shape', async () => {
  await using server = await setUp(Number.POSITIVE_INFINITY)
  const heads: [head: string, status: number][] = [
    [`X-Long: ${'x'.repeat(20_000)}`, 431],
    ['Host: second', 400],
  ]
  for (const [head, status] of heads) {
    using connection = new RawConnection(server, rawRequest('GET /metrics', [head]))
    await expect.poll(() => connection.received).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(connection.received).toContain('application/problem+json')
  }
})
