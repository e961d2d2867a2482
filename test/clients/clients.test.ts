import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorOf } from '../support/author.ts'
import { newLiveVideoId, sharedChorus } from '../support/chorus-server.ts'
import { clients, hosts } from './clients.ts'
import { pageOf } from './page.ts'
import type { ClientHost, Seen } from './program.ts'
import { type Outcome, type Scenario, ScenarioRun } from './scenario.ts'
import { WatchedProxy } from './watched-proxy.ts'

const server = sharedChorus()
const ann = authorOf(server, { sub: 'ann' })
const running = new AsyncDisposableStack()
const scenarios: Scenario[] = clients
  .filter(({ host }) => hosts[host].isThere())
  .flatMap(({ name, alwaysGzip, noGzip }) => {
    const codings = [...(alwaysGzip ? [] : [false]), ...(noGzip ? [] : [true])]
    return codings.flatMap((gzip) =>
      (['one', 'many'] as const).map((viewers) => ({ client: name, gzip, viewers })),
    )
  })
const missing = new Set(clients.filter(({ host }) => !hosts[host].isThere()).map(({ host }) => host))
const outcomes = new Map<Scenario, Outcome>()
const started = new Map<string, ClientHost>()

beforeAll(async () => {
  const proxy = running.use(new WatchedProxy(server.port))
  const proxyUrl = await proxy.listen()
  const seen: Seen[][] = scenarios.map(() => [])
  const onSeen = (one: Seen) => void seen[one.stream]?.push(one)
  for (const [name, { isThere, start }] of Object.entries(hosts))
    if (isThere()) started.set(name, running.use(await start(onSeen)))
  const hostOf = (client: string) => started.get(clients.find(({ name }) => name === client)?.host ?? '')
  // All of them at the same time: nearly all of it is waiting.
  await Promise.all(
    scenarios.map(async (scenario, stream) => {
      const host = hostOf(scenario.client)
      if (!host) return
      const parts = { server, proxy, proxyUrl, host, ann, stream, liveVideoId: newLiveVideoId() }
      outcomes.set(scenario, await new ScenarioRun(scenario, { ...parts, seen: seen[stream] ?? [] }).run())
    }),
  )
}, 180_000)

afterAll(() => running.disposeAsync())

describe.each(scenarios)('RT-34: $client, gzip $gzip, $viewers', (scenario) => {
  test.each([
    ['shows the first event before anything follows', 'first'],
    ['shows the last event before it is quiet', 'last'],
    ['resumes where it was', 'resume'],
  ] as const)('RT-34: %s', (_, what) => {
    const host = started.get(clients.find(({ name }) => name === scenario.client)?.host ?? '')
    expect(outcomes.get(scenario)?.[what], host?.complaints).toBeNull()
  })
})

test.skipIf(missing.size > 0)(
  'RT-34: docs/clients.md says what this run has shown (vitest -u writes it)',
  async () => {
    await expect(pageOf(outcomes)).toMatchFileSnapshot('../../docs/clients.md')
  },
)

test.skipIf(!process.env.CI)('RT-34: in CI no client is missing', () => {
  expect([...missing]).toEqual([])
})
